import path from 'node:path'
import type { ConnectionCmdlet, ValuesOf } from '../../../cmdlets/cmdlet.ts'
import {
  connectExchangeOnline,
  disconnectExchangeOnline,
  getConnectionInformation,
} from '../../../cmdlets/connection/connection.ts'
import { realWorld } from '../../../core/world.ts'
import { CliFailure, wrongUsage } from '../failure.ts'
import type { Invocation } from '../invocation.ts'
import { printable } from '../output/table.ts'
import { jsonOf, refused } from '../reply.ts'
import { type ServerConnection, findServer, type Identity } from './connection.ts'
import { removeSavedConnection, saveConnection, type SavedConnection, readSavedConnection } from './saved-connection.ts'
import { claimsOf, expiryOf, withSessionOn } from './session.ts'

type ConnectParameters = ValuesOf<(typeof connectExchangeOnline)['parameters']>

/** Runs what is about the connection itself. */
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
  ['ManagedIdentity', 'There is no managed identity here'],
  ['ManagedIdentityAccountId', 'There is no managed identity here'],
  ['CertificateThumbprint', 'There is no store of certificates here'],
  ['CertificatePassword', 'A certificate with a password is not opened here'],
  ['Device', 'Nobody is asked to sign in at a page here'],
  ['Credential', 'Nobody signs in with a password here'],
]

/** Signs in, and remembers that only where the server lets this administrator do something. */
async function connect(invocation: Invocation, given: ConnectParameters): Promise<void> {
  for (const [parameter, text] of refusals) {
    if (given[parameter] === undefined || given[parameter] === false) continue
    wrongUsage(`-${parameter}: ${text}. Connect with -AppId and -CertificateFilePath, or with -AccessToken.`)
  }
  const remembered = asked(invocation, given)
  const { tenant } = remembered
  // As it will be found later, without what the environment says today.
  const connection = findServer({ folder: invocation.folder, data: undefined, env: {} }, remembered)
  const { cmdlets, tokenExpires } = await withSessionOn(connection, async (session) => {
    const place = `/adminapi/beta/${encodeURIComponent(tenant)}/EXOModuleFile`
    const reply = await session.ask('exchange', { verb: 'GET', path: place })
    if (reply.status !== 200) return refused(reply)
    const [file] = (jsonOf(reply).value ?? []) as { exportedCmdlets: readonly string[] }[]
    return { cmdlets: file?.exportedCmdlets.length ?? 0, tokenExpires: await session.expiry('exchange') }
  })
  await saveConnection(invocation.env, { ...remembered, ...(tokenExpires !== undefined && { tokenExpires }) })
  if (given.ShowBanner === false) return
  const words = `Connected to ${connection.url.origin}, ${printable(tenant)}, ${whom(connection.identity)}: ${cmdlets} cmdlets.`
  invocation.streams.stderr.write(`${words}\nThis is remembered until Disconnect-ExchangeOnline.\n`)
}

/** What is to be remembered of the parameters, and where they say nothing, of the server as every command finds it. */
function asked({ data, env, folder }: Invocation, given: ConnectParameters): SavedConnection {
  const file = (name: string) => path.resolve(folder, name)
  const ca = env.POSTERN_CA ? { ca: file(env.POSTERN_CA) } : {}
  const url = given.ConnectionUri ?? (data === undefined ? env.POSTERN_URL : undefined)
  const server = url ? { url, ...ca } : { data: data ?? file('postern-data') }
  const identity = identityGiven(given, env, file)
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

function identityGiven(
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
  identity && 'proof' in identity ? `as ${printable(identity.clientId)}` : 'with the access token that was given'

const origins: Readonly<Record<ServerConnection['origin'], string>> = {
  flag: '--data',
  environment: 'POSTERN_URL',
  connected: 'Connect-ExchangeOnline',
  folder: 'postern-data',
}

/** What the next cmdlet would use; nothing where there is no server to be found. */
function connectionInformation(invocation: Invocation): readonly object[] {
  try {
    const connection = findServer(invocation)
    const { identity, origin, tenant, url } = connection
    const remembered = origin === 'connected' ? readSavedConnection(invocation.env) : undefined
    const claims = identity && 'accessToken' in identity ? claimsOf(identity.accessToken) : undefined
    return [
      {
        ConnectionId: remembered?.id ?? null,
        State: 'Connected',
        Name: 'ExchangeOnline_1',
        ConnectionUri: url.origin,
        Organization: tenant,
        AppId: identity && 'proof' in identity ? identity.clientId : (claims?.appid ?? null),
        UserPrincipalName: claims?.upn ?? null,
        CertificateAuthentication: identity !== undefined && 'proof' in identity && 'certificate' in identity.proof,
        TokenExpiryTimeUTC: (claims ? expiryOf(claims) : remembered?.tokenExpires) ?? null,
        Origin: origins[origin],
      },
    ]
  } catch (thrown) {
    if (thrown instanceof CliFailure && thrown.exit === 3) return []
    throw thrown
  }
}
