import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { TenantId } from '../core/ids.ts'
import type { Job } from '../core/jobs.ts'
import type { Log } from '../core/log.ts'
import { replacePrivateFile } from '../core/private-files.ts'
import { SECOND } from '../core/time.ts'
import type { World } from '../core/world.ts'
import { type AdminCredential, createTenant, resetAdmin } from '../domain/directory/create-tenant.ts'
import type { Directory } from '../domain/directory/types.ts'
import type { Leases } from '../storage/engine.ts'
import type { SharedSecrets } from './shared-secrets.ts'

export interface FirstTenant {
  readonly tenant: { readonly id: TenantId; readonly domain: string }
  readonly clientId: string
  /** Absolute path; mode 0600, no newline. */
  readonly clientSecretFile: string
}

interface FirstTenantOptions {
  readonly dataDir: string
  readonly directory: Directory
  readonly settings: { readonly domain: string; readonly name: string }
}

/**
 * The first tenant and its administrator's app. The first start creates them; later starts read them.
 * If the file of the secret is missing, for example after a crash during the first start, a new secret replaces it.
 */
export async function administrator(options: FirstTenantOptions): Promise<FirstTenant> {
  const { dataDir, directory } = options
  const existing = (await directory.tenants.all())[0]
  const clientId = existing && (await readClientId(dataDir))
  if (!existing || !clientId) return writeAdministrator(dataDir, ...(await newAdministrator(options)))
  const tenant = { id: existing.id, domain: existing.domains[0]! }
  await knowAdministratorsApp(directory, tenant.id, clientId)
  return { tenant, clientId, clientSecretFile: secretFile(dataDir) }
}

type Administrator = readonly [tenant: FirstTenant['tenant'], admin: AdminCredential]

async function newAdministrator({ directory, settings }: FirstTenantOptions): Promise<Administrator> {
  const existing = (await directory.tenants.all())[0]
  const { tenant, admin } = existing
    ? { tenant: existing, admin: await resetAdmin(directory, existing) }
    : await createTenant(directory, { displayName: settings.name, domain: settings.domain })
  return [{ id: tenant.id, domain: tenant.domains[0]! }, admin]
}

/** Milliseconds between two looks for the administrator that another node creates. */
const LOOK = 200
/** Milliseconds after which a node notices a new secret. */
const REFRESH = 60 * SECOND
const SHARED = 'administrator'

/**
 * The administrator's credentials in a store that nodes share. One node creates them, and each node writes them to
 * files of its own data directory.
 */
export class SharedAdministrator {
  readonly #secrets: SharedSecrets
  readonly #leases: Leases
  readonly #world: World
  readonly #log: Log

  constructor(deps: { secrets: SharedSecrets; leases: Leases; world: World; log: Log }) {
    this.#secrets = deps.secrets
    this.#leases = deps.leases
    this.#world = deps.world
    this.#log = deps.log
  }

  /** Creates the first tenant and its administrator unless a node did so, and writes the files. */
  async open(options: FirstTenantOptions): Promise<FirstTenant> {
    if ((await this.#secrets.get(SHARED)) === undefined) await this.#createOnce(options)
    const admin = (await this.#read())!
    await writeIfOther(options.dataDir, admin)
    const tenant = (await options.directory.tenants.find(admin.tenant))!
    return {
      tenant: { id: tenant.id, domain: tenant.domains[0]! },
      clientId: admin.clientId,
      clientSecretFile: secretFile(options.dataDir),
    }
  }

  /** Updates the files after another node, or `postern reset-admin`, changed the secret. */
  job(dataDir: string): Job {
    return {
      first: REFRESH,
      run: async () => {
        try {
          const admin = await this.#read()
          if (admin) await writeIfOther(dataDir, admin)
        } catch (error) {
          this.#log.warn({ error }, 'The administrator’s secret could not be read, and its file may be old')
        }
        return REFRESH
      },
    }
  }

  async #read(): Promise<SharedCredential | undefined> {
    const kept = await this.#secrets.get(SHARED)
    return kept === undefined ? undefined : (JSON.parse(kept) as SharedCredential)
  }

  /** Resolves when a node, which need not be this one, has created the administrator. */
  async #createOnce(options: FirstTenantOptions): Promise<void> {
    const { promise: failed, reject: fail } = Promise.withResolvers<never>()
    const over = new AbortController()
    this.#leases.run(SHARED, async (signal) => {
      try {
        if (await this.#read()) return
        const [tenant, admin] = await newAdministrator(options)
        if (!signal.aborted) await shareAdministrator(this.#secrets, tenant.id, admin)
      } catch (thrown) {
        fail(thrown)
      } finally {
        await ended(signal)
      }
    })
    const created = async (): Promise<void> => {
      while (!over.signal.aborted && (await this.#secrets.get(SHARED)) === undefined) {
        await new Promise<void>((resolve) => void this.#world.after(LOOK, resolve))
      }
    }
    try {
      await Promise.race([created(), failed])
    } finally {
      over.abort()
    }
  }
}

interface SharedCredential extends AdminCredential {
  readonly tenant: TenantId
}

/** Stores new credentials of the first tenant's administrator for all nodes. */
export const shareAdministrator = (secrets: SharedSecrets, tenant: TenantId, admin: AdminCredential): Promise<void> =>
  secrets.replace(SHARED, JSON.stringify({ ...admin, tenant } satisfies SharedCredential))

const ended = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })

async function writeIfOther(dataDir: string, admin: SharedCredential): Promise<void> {
  const [clientId, secret] = await readFiles(dataDir)
  if (clientId === admin.clientId && secret === admin.clientSecret) return
  await writeFiles(dataDir, admin)
}

/** Older versions did not store the appId in the directory: it is read from the file, also if the app was renamed. */
async function knowAdministratorsApp(directory: Directory, tenant: TenantId, clientId: string): Promise<void> {
  if ((await directory.tenants.administratorsApp(tenant)) !== undefined) return
  const app = await directory.apps.find(tenant, { appId: clientId })
  if (app) await directory.tenants.setAdministratorsApp(tenant, app.appId)
}

/** Writes the administrator's credentials to the files that the ready object names. */
export async function writeAdministrator(
  dataDir: string,
  tenant: FirstTenant['tenant'],
  admin: AdminCredential,
): Promise<FirstTenant> {
  await writeFiles(dataDir, admin)
  return { tenant, clientId: admin.clientId, clientSecretFile: secretFile(dataDir) }
}

async function writeFiles(dataDir: string, { clientId, clientSecret }: AdminCredential): Promise<void> {
  await replacePrivateFile(secretFile(dataDir), clientSecret)
  await replacePrivateFile(clientIdFile(dataDir), clientId)
}

const secretFile = (dataDir: string): string => path.resolve(dataDir, 'admin-client-secret')
const clientIdFile = (dataDir: string): string => path.resolve(dataDir, 'admin-client-id')

async function readClientId(dataDir: string): Promise<string | undefined> {
  const [clientId, secret] = await readFiles(dataDir)
  return clientId !== '' && secret !== '' ? clientId : undefined
}

/** The credentials in a data directory, as the files have them; empty texts for missing files. */
export const readFiles = (dataDir: string): Promise<[clientId: string, clientSecret: string]> =>
  Promise.all([readIfPresent(clientIdFile(dataDir)), readIfPresent(secretFile(dataDir))])

const readIfPresent = (file: string): Promise<string> => readFile(file, 'utf8').catch(() => '')
