import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { TenantId } from '../core/ids.ts'
import { replacePrivateFile } from '../core/private-files.ts'
import { createTenant, resetAdmin } from '../domain/directory/create-tenant.ts'
import type { Directory } from '../domain/directory/types.ts'

export interface FirstTenant {
  readonly tenant: { readonly id: TenantId; readonly domain: string }
  readonly clientId: string
  /** Absolute path; mode 0600, no newline. */
  readonly clientSecretFile: string
}

/**
 * The first tenant and its administrator's app. The first start creates them; later starts read them.
 * If the file of the secret is missing, for example after a crash during the first start, a new secret replaces it.
 */
export async function administrator(deps: {
  dataDir: string
  directory: Directory
  settings: { readonly domain: string; readonly name: string }
}): Promise<FirstTenant> {
  const { dataDir, directory, settings } = deps
  const existing = (await directory.tenants.all())[0]
  if (!existing) {
    const { tenant, admin } = await createTenant(directory, { displayName: settings.name, domain: settings.domain })
    return writeAdministrator(dataDir, { id: tenant.id, domain: tenant.domains[0]! }, admin)
  }
  const tenant = { id: existing.id, domain: existing.domains[0]! }
  const clientId = await readClientId(dataDir)
  if (clientId) await knowAdministratorsApp(directory, tenant.id, clientId)
  if (clientId) return { tenant, clientId, clientSecretFile: secretFile(dataDir) }
  return writeAdministrator(dataDir, tenant, await resetAdmin(directory, existing))
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
  admin: { clientId: string; clientSecret: string },
): Promise<FirstTenant> {
  await replacePrivateFile(secretFile(dataDir), admin.clientSecret)
  await replacePrivateFile(clientIdFile(dataDir), admin.clientId)
  return { tenant, clientId: admin.clientId, clientSecretFile: secretFile(dataDir) }
}

const secretFile = (dataDir: string): string => path.resolve(dataDir, 'admin-client-secret')
const clientIdFile = (dataDir: string): string => path.resolve(dataDir, 'admin-client-id')

async function readClientId(dataDir: string): Promise<string | undefined> {
  const [clientId, secret] = await Promise.all([
    readIfPresent(clientIdFile(dataDir)),
    readIfPresent(secretFile(dataDir)),
  ])
  return clientId !== '' && secret !== '' ? clientId : undefined
}

const readIfPresent = (file: string): Promise<string> => readFile(file, 'utf8').catch(() => '')
