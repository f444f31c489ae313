import { isoDateTime } from '../../../core/date-format.ts'
import { SECOND } from '../../../core/duration.ts'
import { type ApiClient, createClient, type ClientRequest, type ClientReply } from '../client.ts'
import { failed, wrongUsage } from '../failure.ts'
import type { Invocation } from '../invocation.ts'
import { type ServerConnection, findServer, type Identity } from './connection.ts'
import { EXCHANGE_SCOPE, fetchToken, GRAPH_SCOPE } from './fetch-token.ts'

export type Api = 'exchange' | 'graph'

const scopes: Readonly<Record<Api, string>> = { exchange: EXCHANGE_SCOPE, graph: GRAPH_SCOPE }

/** A server that was signed in to, or will be when it is first asked something. */
export interface ApiSession {
  readonly origin: string
  /** GUID or domain, as given. */
  readonly tenant: string
  /** Asks with a token for one of the two APIs. */
  ask(api: Api, question: ClientRequest): Promise<ClientReply>
  /** Until when the token for an API lasts, in ISO 8601, where it says so. */
  expiry(api: Api): Promise<string | undefined>
}

/** Runs with a session, and lets go of its connections. */
export async function withSession<T>(invocation: Invocation, run: (session: ApiSession) => Promise<T>): Promise<T> {
  return withSessionOn(findServer(invocation), run)
}

/** The same, on a connection that was found already. */
export async function withSessionOn<T>(
  { url, localUrl, ca, tenant, identity }: ServerConnection,
  run: (session: ApiSession) => Promise<T>,
): Promise<T> {
  if (!identity) return wrongUsage('POSTERN_URL is set, and POSTERN_CLIENT_ID is not, nor POSTERN_ACCESS_TOKEN.')
  const client: ApiClient = createClient({ url, localUrl, ca })
  const tokens = new Map<Api, Promise<string>>()
  const tokenFor = (api: Api): Promise<string> => {
    const known = tokens.get(api)
    if (known) return known
    const fetched = 'proof' in identity ? tokenOf(client, tenant, identity, api) : tokenAtHand(identity, api)
    tokens.set(api, fetched)
    return fetched
  }
  try {
    return await run({
      origin: client.origin,
      tenant,
      async ask(api, { headers, ...question }) {
        const authorization = `Bearer ${await tokenFor(api)}`
        return client.ask({ ...question, headers: { ...headers, authorization } })
      },
      expiry: async (api) => expiryOf(claimsOf(await tokenFor(api))),
    })
  } finally {
    client.close()
  }
}

async function tokenOf(
  client: ApiClient,
  tenant: string,
  identity: Extract<Identity, { proof: unknown }>,
  api: Api,
): Promise<string> {
  return (await fetchToken(client, { tenant, ...identity, scope: scopes[api] })).access_token
}

/** It opens the one API that it is for. */
const tokenAtHand = async ({ accessToken }: Extract<Identity, { accessToken: unknown }>, api: Api): Promise<string> =>
  api === 'exchange'
    ? accessToken
    : failed(
        'WrongToken',
        'The access token that was connected with, or is in POSTERN_ACCESS_TOKEN, is for Exchange; this needs one for Graph.',
      )

/** What is of use here of what a token says. */
interface Claims {
  readonly appid?: string
  readonly upn?: string
  readonly exp?: number
}

/** Read and not checked: the server does that. */
export function claimsOf(token: string): Claims {
  try {
    return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')) as Claims
  } catch {
    return {}
  }
}

export const expiryOf = ({ exp }: Claims): string | undefined =>
  exp === undefined ? undefined : isoDateTime(exp * SECOND)
