import { readFileSync } from 'node:fs'
import path from 'node:path'
import { unreachable, wrongUsage } from '../failure.ts'
import type { Environment, Invocation } from '../options.ts'
import { programName } from '../program-name.ts'
import { type SavedConnection, readSavedConnection } from './saved-connection.ts'
import { quoted } from '../../../core/command-line.ts'

/** The credential of an app. */
export type Proof = { readonly secret: string } | { readonly certificate: string; readonly key: string }

/** Who signs in: an app that fetches tokens, or the caller of an access token. */
export type Identity = { readonly clientId: string; readonly proof: Proof } | { readonly accessToken: string }

/** The server, the tenant and the identity that a command uses. */
export interface ServerConnection {
  readonly url: URL
  /** The URL to connect to, for a server on this machine. */
  readonly localUrl?: URL | undefined
  /** PEM of the certificate authority; undefined for a public one. */
  readonly ca: string | undefined
  /** GUID or domain. */
  readonly tenant: string
  readonly identity: Identity | undefined
  /** Where the command found the server. */
  readonly origin: 'flag' | 'environment' | 'connected' | 'folder'
}

type ConnectionDetails = Omit<ServerConnection, 'origin'>

/** The used parts of the ready object. */
interface ServerFile {
  readonly https: string
  /** Absent from the file of a server of an older version. */
  readonly local_url?: string
  readonly ca: string
  readonly tenant: { readonly id: string }
  readonly admin: { readonly client_id: string; readonly client_secret_file: string }
}

/**
 * Finds the server: from flags, environment variables, the saved connection, or
 * ./postern-data. `--data` decides the server alone: the secret of one server is never sent to another.
 * `connected` replaces the saved connection.
 */
export function findServer(
  { data, env, folder }: Pick<Invocation, 'data' | 'env' | 'folder'>,
  connected?: SavedConnection,
): ServerConnection {
  const given = identityFrom(env, folder)
  if (data !== undefined) return { ...serverOn(data, env, given), origin: 'flag' }
  if (env.POSTERN_URL) {
    return {
      url: urlFrom(env.POSTERN_URL),
      ca: env.POSTERN_CA ? read(path.resolve(folder, env.POSTERN_CA), 'POSTERN_CA') : undefined,
      tenant: env.POSTERN_TENANT || wrongUsage('POSTERN_URL is set, but POSTERN_TENANT is not.'),
      identity: given,
      origin: 'environment',
    }
  }
  const cached = connected ?? readSavedConnection(env)
  if (!cached) return { ...serverOn(path.resolve(folder, 'postern-data'), env, given, folder), origin: 'folder' }
  const { server, tenant, identity } = cached
  const identified = given ?? (identity && recalled(identity))
  const found = 'data' in server ? serverOn(server.data, env, identified, folder) : serverAt(server, identified)
  return { ...found, tenant: env.POSTERN_TENANT || tenant, origin: 'connected' }
}

/**
 * The server that uses a data directory. With `folder`, POSTERN_CA has precedence over the authority in server.json.
 */
function serverOn(data: string, env: Environment, identity: Identity | undefined, folder?: string): ConnectionDetails {
  const file = serverFile(data, env)
  const ca = folder !== undefined && env.POSTERN_CA ? path.resolve(folder, env.POSTERN_CA) : file.ca
  return {
    url: urlFrom(file.https),
    localUrl: file.local_url === undefined ? undefined : urlFrom(file.local_url),
    ca: read(ca, 'the certificate authority'),
    tenant: env.POSTERN_TENANT || file.tenant.id,
    identity: identity ?? {
      clientId: file.admin.client_id,
      proof: { secret: read(file.admin.client_secret_file, "the administrator's secret") },
    },
  }
}

const serverAt = (
  { url, ca }: { url: string; ca?: string },
  identity: Identity | undefined,
): Omit<ConnectionDetails, 'tenant'> => ({
  url: urlFrom(url),
  ca: ca === undefined ? undefined : read(ca, 'the certificate authority'),
  identity,
})

const recalled = (identity: NonNullable<SavedConnection['identity']>): Identity => {
  if ('accessToken' in identity) return identity
  return {
    clientId: identity.clientId,
    proof:
      'secretFile' in identity
        ? { secret: read(identity.secretFile, 'the secret') }
        : { certificate: read(identity.certificateFile, 'the certificate'), key: read(identity.keyFile, 'the key') },
  }
}

/** The credential in variables or options; undefined if none is set. */
export function proofFrom(
  given: {
    secret?: string | undefined
    secretFile?: string | undefined
    certificate?: string | undefined
    key?: string | undefined
  },
  folder: string,
): Proof | undefined {
  if (given.certificate) {
    const certificate = read(path.resolve(folder, given.certificate), 'the certificate')
    return { certificate, key: given.key ? read(path.resolve(folder, given.key), 'the key') : certificate }
  }
  if (given.secret) return { secret: given.secret }
  if (given.secretFile) return { secret: read(path.resolve(folder, given.secretFile), 'the secret') }
  return undefined
}

export const proofOfEnvironment = (env: Environment, folder: string): Proof | undefined =>
  proofFrom(
    {
      secret: env.POSTERN_CLIENT_SECRET,
      secretFile: env.POSTERN_CLIENT_SECRET_FILE,
      certificate: env.POSTERN_CERTIFICATE,
      key: env.POSTERN_KEY,
    },
    folder,
  )

function identityFrom(env: Environment, folder: string): Identity | undefined {
  if (env.POSTERN_ACCESS_TOKEN) return { accessToken: env.POSTERN_ACCESS_TOKEN }
  const clientId = env.POSTERN_CLIENT_ID
  if (!clientId) return undefined
  const proof = proofOfEnvironment(env, folder)
  return proof
    ? { clientId, proof }
    : wrongUsage(
        'POSTERN_CLIENT_ID is set, but none of POSTERN_CLIENT_SECRET, POSTERN_CLIENT_SECRET_FILE and POSTERN_CERTIFICATE is.',
      )
}

function urlFrom(text: string): URL {
  const url = URL.parse(text)
  return url?.protocol === 'https:' ? url : wrongUsage(`'${text}' is not an https URL.`)
}

function serverFile(dir: string, env: Environment): ServerFile {
  const name = path.join(dir, 'server.json')
  let content: string
  try {
    content = readFileSync(name, 'utf8')
  } catch (thrown) {
    const { code, message } = thrown as NodeJS.ErrnoException
    if (code !== 'ENOENT' && code !== 'ENOTDIR') return unreachable(`The server cannot be found: ${message}`)
    return unreachable(
      `No server is running on ${dir}: there is no ${name}. Start one with: ${programName(env)} serve --data ${quoted(dir)}`,
    )
  }
  return ready(content) ?? unreachable(`${name} is damaged. Start the server again.`)
}

/** The ready object; undefined for anything else. */
function ready(content: string): ServerFile | undefined {
  try {
    const { https, local_url = https, ca, tenant, admin } = JSON.parse(content) as Partial<ServerFile>
    const texts = [https, local_url, ca, tenant?.id, admin?.client_id, admin?.client_secret_file]
    return texts.every((it) => typeof it === 'string')
      ? ({ https, local_url, ca, tenant, admin } as ServerFile)
      : undefined
  } catch {
    return undefined
  }
}

/** The text of a file, without a line end at its end. */
export function read(file: string, what: string): string {
  try {
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '')
  } catch (thrown) {
    return wrongUsage(`${what} cannot be read: ${(thrown as Error).message}`)
  }
}
