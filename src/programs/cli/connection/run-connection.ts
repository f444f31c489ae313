import path from 'node:path'
import type { ConnectionCmdlet, ValuesOf } from '../../../cmdlets/cmdlet.ts'
import {
  connectExchangeOnline,
  disconnectExchangeOnline,
  getConnectionInformation,
} from '../../../cmdlets/connection.ts'
import { realWorld } from '../../../core/world.ts'
import { CliFailure, wrongUsage } from '../failure.ts'
import type { Invocation } from '../options.ts'
import { printable } from '../output/table.ts'
import { jsonOf, refused } from '../reply.ts'
import { type ServerConnection, findServer, type Identity } from './connection.ts'
import { removeSavedConnection, saveConnection, type SavedConnection, readSavedConnection } from './saved-connection.ts'
import { claimsOf, expiryOf, withSessionOn } from './session.ts'

type ConnectParameters = ValuesOf<(typeof connectExchangeOnline)['parameters']>

/** Runs the cmdlets about the connection itself. */
export async function runConnection(
  invocation: Invocation,
  { name }: ConnectionCmdlet,
  values: Readonly<Record<string, unknown>>,
): Promise<readonly object[]> {
  if (name === connectExchangeOnline.name) await connect(invocation, values)
  if (name === disconnectExchangeOnline.name) removeSavedConnection(invocation.env)
  return name === getConnectionInformation.name ? connectionInformation(invocation) : []
}

const refusals: readonly (readonly [keyof ConnectParameters, string])[] = [
  ['ManagedIdentity', 'Managed identities are not supported'],
  ['ManagedIdentityAccountId', 'Managed identities are not supported'],
  ['CertificateThumbprint', 'There is no certificate store'],
  ['CertificatePassword', 'Certificates with a password are not supported'],
  ['Device', 'Sign-in on a page is not supported'],
  ['Credential', 'Sign-in with a password is not supported'],
]

/** Signs in, and saves the connection only if the server accepts this administrator. */
async function connect(invocation: Invocation, given: ConnectParameters): Promise<void> {
  for (const [parameter, text] of refusals) {
    if (given[parameter] === undefined || given[parameter] === false) continue
    wrongUsage(`-${parameter}: ${text}. Connect with -AppId and -CertificateFilePath, or with -AccessToken.`)
  }
  const cached = connectionOf(invocation, given)
  const { tenant } = cached
  // Without the environment, as later commands will find it.
  const connection = findServer({ folder: invocation.folder, data: undefined, env: {} }, cached)
  const { cmdlets, tokenExpires } = await withSessionOn(connection, async (session) => {
    const place = `/adminapi/beta/${encodeURIComponent(tenant)}/EXOModuleFile`
    const reply = await session.ask('exchange', { verb: 'GET', path: place })
    if (reply.status !== 200) return refused(reply)
    const [file] = (jsonOf(reply).value ?? []) as { exportedCmdlets: readonly string[] }[]
    return { cmdlets: file?.exportedCmdlets.length ?? 0, tokenExpires: await session.expiry('exchange') }
  })
  await saveConnection(invocation.env, { ...cached, ...(tokenExpires !== undefined && { tokenExpires }) })
  if (given.ShowBanner === false) return
  const words = `Connected to ${connection.url.origin}, ${printable(tenant)}, ${whom(connection.identity)}: ${cmdlets} cmdlets.`
  invocation.streams.stderr.write(`${words}\nThe connection is saved until Disconnect-ExchangeOnline.\n`)
}

/** The connection to save: from the parameters, else from the server that every command finds. */
function connectionOf({ data, env, folder }: Invocation, given: ConnectParameters): SavedConnection {
  const file = (name: string) => path.resolve(folder, name)
  const ca = env.POSTERN_CA ? { ca: file(env.POSTERN_CA) } : {}
  const url = given.ConnectionUri ?? (data === undefined ? env.POSTERN_URL : undefined)
  const server = url ? { url, ...ca } : { data: data ?? file('postern-data') }
  const identity = identityOf(given, env, file)
  if ('url' in server && !identity) wrongUsage('-ConnectionUri needs -AppId and -CertificateFilePath, or -AccessToken.')
  const tenant = given.Organization || env.POSTERN_TENANT
  return {
    id: realWorld.guid(),
    server,
    tenant: tenant || ('data' in server ? findServer({ data: server.data, env: {}, folder }).tenant : noTenant()),
    ...(identity && { identity }),
  }
}

const noTenant = (): never => wrongUsage('Connect-ExchangeOnline needs -Organization: the tenant at that server.')

function identityOf(
  given: ConnectParameters,
  env: Invocation['env'],
  file: (name: string) => string,
): SavedConnection['identity'] {
  if (given.AccessToken !== undefined) {
    if (given.AppId !== undefined) wrongUsage('-AccessToken and -AppId exclude each other.')
    return { accessToken: given.AccessToken }
  }
  const clientId = given.AppId ?? env.POSTERN_CLIENT_ID
  if (!clientId) return undefined
  const certificate = given.CertificateFilePath ?? env.POSTERN_CERTIFICATE
  const key = given.KeyFilePath ?? (given.CertificateFilePath === undefined ? env.POSTERN_KEY : undefined)
  if (certificate) return { clientId, certificateFile: file(certificate), keyFile: file(key || certificate) }
  if (env.POSTERN_CLIENT_SECRET_FILE) return { clientId, secretFile: file(env.POSTERN_CLIENT_SECRET_FILE) }
  return wrongUsage('-AppId needs -CertificateFilePath, or a secret in the file that POSTERN_CLIENT_SECRET_FILE names.')
}

const whom = (identity: Identity | undefined): string =>
  identity && 'proof' in identity ? `as ${printable(identity.clientId)}` : 'with the given access token'

const origins: Readonly<Record<ServerConnection['origin'], string>> = {
  flag: '--data',
  environment: 'POSTERN_URL',
  connected: 'Connect-ExchangeOnline',
  folder: 'postern-data',
}

/** The connection that the next cmdlet would use; empty if no server is found. */
function connectionInformation(invocation: Invocation): readonly object[] {
  try {
    const connection = findServer(invocation)
    const { identity, origin, tenant, url } = connection
    const cached = origin === 'connected' ? readSavedConnection(invocation.env) : undefined
    const claims = identity && 'accessToken' in identity ? claimsOf(identity.accessToken) : undefined
    return [
      {
        ConnectionId: cached?.id ?? null,
        State: 'Connected',
        Name: 'ExchangeOnline_1',
        ConnectionUri: url.origin,
        Organization: tenant,
        AppId: identity && 'proof' in identity ? identity.clientId : (claims?.appid ?? null),
        UserPrincipalName: claims?.upn ?? null,
        CertificateAuthentication: identity !== undefined && 'proof' in identity && 'certificate' in identity.proof,
        TokenExpiryTimeUTC: (claims ? expiryOf(claims) : cached?.tokenExpires) ?? null,
        Origin: origins[origin],
      },
    ]
  } catch (thrown) {
    if (thrown instanceof CliFailure && thrown.exit === 3) return []
    throw thrown
  }
}
