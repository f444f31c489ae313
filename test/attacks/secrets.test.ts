import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Log } from '../../src/core/log.ts'
import { Browser } from '../support/browser.ts'
import { makeCertificate } from '../support/certificates.ts'
import { signedBy } from './forge.ts'
import { PASSWORD, AttackSetup, SCOPE, VERIFIER } from './attack-setup.ts'

const WRONG = 'Wrong-Secret-0451-of-nobody'
const JWT_BEARER = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/** A log that keeps everything, what is thrown included. */
function listening(): { log: Log; lines: string[] } {
  const lines: string[] = []
  const note = (fields: object, text: string): void =>
    void lines.push(
      `${text} ${JSON.stringify(fields, (_, value: unknown) => (value instanceof Error ? [value.message, value.stack] : value))}`,
    )
  const log: Log = { debug: note, info: note, warn: note, error: note, child: (fields) => (note(fields, ''), log) }
  return { log, lines }
}

/** Everything secret that was said in the course of every flow, by what it is. */
interface Said {
  readonly scene: AttackSetup
  readonly lines: readonly string[]
  readonly secrets: ReadonlyMap<string, string>
  /** The answers to refused callers. */
  readonly refusals: readonly string[]
}

async function everyFlow(): Promise<Said> {
  const { log, lines } = listening()
  const scene = await AttackSetup.open({}, log)
  const { context, mailer } = scene
  const secrets = new Map<string, string>([
    ['the password', PASSWORD],
    ['the client secret', mailer.secret],
    ['the administrator’s secret', context.admin.clientSecret],
    ['a wrong secret', WRONG],
    ['the code verifier', VERIFIER],
  ])
  const refusals: string[] = []
  const told = (name: string, answer: { json<T>(): T }): Record<string, string> => {
    const body = answer.json<Record<string, string>>()
    for (const kind of ['access_token', 'refresh_token', 'id_token', 'device_code', 'user_code']) {
      if (body[kind]) secrets.set(`the ${kind} of ${name}`, body[kind])
    }
    return body
  }
  const refused = (answer: { statusCode: number; rawPayload: Buffer }): void => {
    expect(answer.statusCode).toBeGreaterThanOrEqual(400)
    refusals.push(answer.rawPayload.toString())
  }

  const browser = scene.browser()
  const code = await scene.code({}, browser)
  secrets.set('the code', code)
  for (const [name, value] of browser.cookies) secrets.set(`the cookie ${name}`, value)
  const { refresh_token = '' } = told('the code', await scene.redeem(code))
  told('the refresh token', await scene.refresh(refresh_token))
  refused(await scene.redeem(code))
  refused(await scene.redeem(WRONG))
  refused(await scene.refresh(WRONG))

  const tv = await scene.register({ displayName: 'TV', properties: { isFallbackPublicClient: true } })
  await scene.consent(tv, 'https://outlook.office365.com', 'IMAP.AccessAsUser.All')
  const { device_code = '', user_code = '' } = told(
    'the device',
    await scene.post({ client_id: tv.id, scope: SCOPE }, undefined, {}, 'devicecode'),
  )
  await scene.approve(user_code)
  told('the device’s poll', await scene.poll(tv, device_code))
  refused(await scene.poll(tv, device_code))

  const byPassword = { grant_type: 'password', client_id: tv.id, username: 'ada@contoso.test', scope: SCOPE }
  told('the password', await scene.post({ ...byPassword, password: PASSWORD }))
  refused(await scene.post({ ...byPassword, password: WRONG }))
  const other = new Browser(context)
  refusals.push((await scene.signIn(other, await other.get(scene.authorizeUrl()), 'ada@contoso.test', WRONG)).body)

  const asProgram = { grant_type: 'client_credentials', scope: 'https://graph.microsoft.com/.default' }
  told('the program', await scene.post({ ...asProgram, client_id: mailer.id, client_secret: mailer.secret }))
  refused(await scene.post({ ...asProgram, client_id: mailer.id, client_secret: WRONG }))
  const basic = Buffer.from(`${mailer.id}:${WRONG}`).toString('base64')
  secrets.set('the header of HTTP Basic', basic)
  refused(await scene.post(asProgram, undefined, { authorization: `Basic ${basic}` }))
  const assertion = await anAssertion(scene)
  secrets.set('the assertion', assertion)
  const shown = { client_assertion_type: JWT_BEARER, client_assertion: assertion }
  told('the certificate', await scene.post({ ...asProgram, client_id: mailer.id, ...shown }))
  refused(await scene.post({ ...asProgram, client_id: tv.id, ...shown }))
  refused(await context.ask('GET', '/v1.0/users', { bearer: WRONG }))

  await context.settled()
  return { scene, lines, secrets, refusals }
}

async function anAssertion({ context, mailer }: AttackSetup): Promise<string> {
  const certificate = await makeCertificate({ now: context.world.now() })
  await context.directory.apps.update(context.tenant.id, mailer.app.id, { certificates: [{ der: certificate.der }] })
  const now = context.world.now() / 1000
  return signedBy(
    certificate.privateKey,
    { alg: 'RS256', 'x5t#S256': certificate.sha256.toString('base64url') },
    {
      aud: `https://localhost:8443/${context.tenant.id}/oauth2/v2.0/token`,
      iss: mailer.id,
      sub: mailer.id,
      jti: 'one',
      nbf: now,
      exp: now + 600,
    },
  )
}

/** In the clear, or as an encoding that anybody can undo. */
function spellings(secret: string): readonly string[] {
  const bytes = Buffer.from(secret)
  return [secret, encodeURIComponent(secret), bytes.toString('hex'), bytes.toString('base64').replace(/.?=*$/, '')]
}

const found = (said: Said, text: string): string[] =>
  [...said.secrets].filter(([, secret]) => spellings(secret).some((it) => text.includes(it))).map(([name]) => name)

describe('what was secret in any flow', () => {
  it('is in no line of the log', async () => {
    const said = await everyFlow()
    expect(said.secrets.size).toBeGreaterThan(20)
    expect(said.lines.length).toBeGreaterThan(10)
    expect(found(said, `so ${encodeURIComponent(PASSWORD)} would be found`)).toEqual(['the password'])
    expect(said.lines.flatMap((line) => found(said, line).map((name) => `${name}: ${line}`))).toEqual([])
  })

  it('is in no answer to a refused caller', async () => {
    const said = await everyFlow()
    expect(said.refusals.length).toBeGreaterThan(8)
    expect(said.refusals.flatMap((body) => found(said, body).map((name) => `${name}: ${body}`))).toEqual([])
  })

  it('is in no byte of the data directory', async () => {
    const said = await everyFlow()
    const files = readdirSync(said.scene.context.dir, { recursive: true, withFileTypes: true }).filter((it) =>
      it.isFile(),
    )
    const texts = files.map((file) => readFileSync(path.join(file.parentPath, file.name), 'latin1'))
    expect(texts.join('').length).toBeGreaterThan(100_000)
    expect(texts.some((text) => text.includes('ada@contoso.test'))).toBe(true)
    expect(texts.flatMap((text) => found(said, text))).toEqual([])
  })

  it('is in no record of a sign-in, and in no audit of the directory', async () => {
    const said = await everyFlow()
    const { context } = said.scene
    const { ask } = { ask: context.ask.bind(context) }
    const bearer = await context.token(context.admin, 'https://graph.microsoft.com')
    for (const resource of ['signIns', 'directoryAudits']) {
      const answer = await ask('GET', `/v1.0/auditLogs/${resource}?$top=999`, { bearer })
      const text = answer.rawPayload.toString()
      expect(answer.json<{ value: unknown[] }>().value.length).toBeGreaterThan(3)
      expect(found(said, text)).toEqual([])
    }
  })
})
