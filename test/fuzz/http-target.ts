import assert from 'node:assert/strict'
import type { AddressInfo, Server } from 'node:net'
import { createTenant } from '../../src/domain/directory/create-tenant.ts'
import { type OpenServer, openServer } from '../support/server.ts'
import type { SeededRandom } from '../support/seeded-random.ts'
import { Browser } from '../support/browser.ts'
import { checkStatus, statusesIn } from './http-answers.ts'
import { httpSeeds, httpWords } from './http-seeds.ts'
import { runSession, errorLog, type FuzzTarget } from './target.ts'

/** Tries after which requests are about another tenant: what they made in the last one stays behind. */
const TENANT_TRIES = 1000
/** Milliseconds by which the clock moves with each try, so that gathered work is done and lock-outs end. */
const STEP = 1000
const PASSWORD = 'Analytical-Engine-1843'
const WEB = 'https://app.test/answer'

/** The values of `{names}` in requests. */
type Names = Readonly<Record<string, string>>

/** Requests to every HTTP service, over a socket and by fastify's `inject`. */
export async function openHttp(): Promise<FuzzTarget> {
  const { log, faults } = errorLog()
  const ends: (() => Promise<void> | void)[] = []
  const setup = await openServer(log, { 'entra.ropc': true }, (end) => void ends.push(end))
  await setup.http.listen({ host: '127.0.0.1', port: 0 })
  const server = setup.http.server as unknown as Server & { httpAllowHalfOpen: boolean }
  const { port } = server.address() as AddressInfo
  let [tries, tenants] = [0, 0]
  let names: Names = {}
  return {
    seeds: httpSeeds,
    dictionary: httpWords,
    inputsPerRun: 3,
    async run(inputs, chance) {
      try {
        await send(inputs, chance)
      } finally {
        // The code behind an answer says more than the answer.
        assert.deepEqual(faults.splice(0), [])
      }
    },
    async close() {
      await setup.http.close()
      for (const end of ends.toReversed()) await end()
    },
  }

  async function send(inputs: readonly Buffer[], chance: SeededRandom): Promise<void> {
    if (tries++ % TENANT_TRIES === 0) names = await newTenant(setup, tenants++)
    setup.world.advance(STEP)
    const requests = inputs.map((input) => filled(input, names))
    if (chance.below(3) > 0) {
      for (const request of requests) await inject(setup, request)
    } else {
      // A client that half-closes is answered all the same, or counts as gone.
      server.httpAllowHalfOpen = chance.below(5) > 0
      const said = await runSession({ port: () => port }, Buffer.concat(requests))
      statusesIn(
        said,
        requests.some((it) => /\bHEAD\b/.test(it.toString('latin1'))),
      )
    }
  }
}

/** An app, a person and tokens of a tenant that nobody has spoiled. */
async function newTenant(setup: OpenServer, nth: number): Promise<Names> {
  const { directory } = setup
  const domain = `fuzz${nth}.test`
  const { tenant, admin } = await createTenant(directory, { displayName: 'Fuzz', domain })
  const user = `ada@${domain}`
  await directory.mailboxes.create(tenant.id, {
    name: 'ada',
    alias: 'ada',
    displayName: 'Ada',
    primarySmtpAddress: user,
    userPrincipalName: user,
    type: 'UserMailbox',
    password: PASSWORD,
  })
  const properties = { web: { redirectUris: [WEB] } }
  const app = await directory.apps.create(tenant.id, { displayName: 'Reader', properties })
  const principal = await directory.servicePrincipals.create(tenant.id, { appId: app.appId })
  const { value: secret } = await directory.apps.addSecret(tenant.id, app.id, {})
  const token = (resource: string) => adminToken(setup, tenant.id, admin, resource)
  const browser = new Browser(setup)
  const authorize = new URLSearchParams({
    client_id: app.appId,
    response_type: 'code',
    redirect_uri: WEB,
    scope: 'openid',
    state: 's',
  })
  const page = await browser.get(`/${domain}/oauth2/v2.0/authorize?${authorize.toString()}`)
  return {
    tenant: tenant.id,
    app: app.appId,
    object: app.id,
    principal: principal.id,
    secret: encodeURIComponent(secret),
    user,
    password: PASSWORD,
    basic: Buffer.from(`${app.appId}:${secret}`).toString('base64'),
    graph: await token('https://graph.microsoft.com'),
    exchange: await token('https://outlook.office365.com'),
    formState: encodeURIComponent(page.forms[0]?.fields['formState'] ?? ''),
    cookie: [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
  }
}

async function adminToken(
  { http }: OpenServer,
  tenant: string,
  { clientId, clientSecret }: { clientId: string; clientSecret: string },
  resource: string,
): Promise<string> {
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
    scope: `${resource}/.default`,
  })
  const answer = await http.inject({
    method: 'POST',
    url: `/${tenant}/oauth2/v2.0/token`,
    headers: { host: 'localhost:8443', 'content-type': 'application/x-www-form-urlencoded' },
    payload: form.toString(),
  })
  return answer.json<{ access_token: string }>().access_token
}

function filled(input: Buffer, names: Names): Buffer {
  const text = input.toString('latin1').replaceAll(/\{(\w+)\}/g, (whole, name: string) => names[name] ?? whole)
  const body = text.length - (text.indexOf('\r\n\r\n') + 4)
  return Buffer.from(text.replaceAll('{length}', String(body)), 'latin1')
}

/** Injects the input if it is a request; other input goes to the socket. */
async function inject({ http }: OpenServer, request: Buffer): Promise<void> {
  const text = request.toString('latin1')
  const end = text.indexOf('\r\n\r\n')
  const [line = '', ...fields] = text.slice(0, end < 0 ? undefined : end).split('\r\n')
  const [, method, url] = /^(GET|POST|PATCH|PUT|DELETE|OPTIONS|HEAD) (\/[!-~]*) /.exec(line) ?? []
  if (method === undefined || url === undefined || !isUrl(url)) return
  const headers = fields.flatMap((it) => {
    const [, name = '', value = ''] = /^([\w-]+): ?([\t\x20-\x7e]*)$/.exec(it) ?? []
    return name === '' || /^(content-length|transfer-encoding|expect)$/i.test(name) ? [] : [[name.toLowerCase(), value]]
  })
  const payload = request.subarray(end < 0 ? request.length : end + 4)
  const answer = await http.inject({
    method: method as 'GET',
    url,
    headers: Object.fromEntries(headers) as Record<string, string>,
    ...(payload.length > 0 && method !== 'GET' && method !== 'HEAD' && { payload }),
  })
  checkStatus(answer.statusCode, answer.body)
}

/** `inject` itself parses the URL, and throws if it is not valid. */
const isUrl = (url: string): boolean => URL.canParse(url, 'http://localhost:80')
