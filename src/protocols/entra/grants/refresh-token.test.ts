import { describe, expect, it } from 'vitest'
import {
  claimsOf,
  errorCodeOf,
  openUserService,
  type UserApp,
  type UserService,
  PASSWORD,
  REDIRECT,
  codeRequest,
} from '../../../../test/support/token-service.ts'
import { GRAPH, EXCHANGE } from '../../../../test/support/access.ts'
import { DAY } from '../../../core/time.ts'

interface Stage {
  readonly open: UserService
  readonly app: UserApp
  /** The parameters by which the app comes again with that token. */
  readonly again: (token: string, further?: Record<string, string>) => Record<string, string>
  /** The first token of a sign-in. */
  readonly first: (kind?: keyof typeof REDIRECT) => Promise<string>
}

const origin = 'https://app.test'

async function stage(...given: Parameters<typeof openUserService>): Promise<Stage> {
  const open = await openUserService(...given)
  const app = await open.app()
  await open.consent(app, GRAPH, 'User.Read', 'Mail.Read')
  return {
    open,
    app,
    again: (token, further = {}) => ({
      grant_type: 'refresh_token',
      client_id: app.id,
      refresh_token: token,
      ...further,
    }),
    async first(kind = 'publicClient') {
      const code = await open.code(app, { redirectUri: REDIRECT[kind], singlePage: kind === 'spa' })
      const form = {
        ...codeRequest(app, code),
        redirect_uri: REDIRECT[kind],
        ...(kind === 'web' && { client_secret: app.secret }),
      }
      return (await open.ask(form, { headers: kind === 'spa' ? { origin } : {} })).json().refresh_token
    },
  }
}

describe('an app with a refresh token', () => {
  it('gets new tokens and another refresh token, and the old one stays good', async () => {
    const { open, again, first } = await stage()
    const old = await first()
    const body = (await open.ask(again(old, { client_info: '1' }))).json()
    expect(body).toMatchObject({
      scope: 'User.Read openid profile',
      access_token: expect.any(String),
      id_token: expect.any(String),
      client_info: expect.any(String),
    })
    expect(body.refresh_token).not.toBe(old)
    for (const token of [old, body.refresh_token, old]) expect((await open.ask(again(token))).statusCode).toBe(200)
  })

  it('may ask for any of what was consented to, also of another resource', async () => {
    const { open, app, again, first } = await stage()
    await open.consent(app, EXCHANGE, 'IMAP.AccessAsUser.All')
    const token = await first()
    for (const [scope, scp] of [
      ['Mail.Read', 'Mail.Read'],
      [`${EXCHANGE}/IMAP.AccessAsUser.All offline_access`, 'IMAP.AccessAsUser.All'],
    ]) {
      const body = (await open.ask(again(token, { scope: scope! }))).json()
      expect(claimsOf(body.access_token).scp).toBe(scp)
      expect(body).not.toHaveProperty('id_token')
      expect(body).toHaveProperty('refresh_token')
    }
  })

  it('keeps what the person authorised, however little it asked for in between', async () => {
    const { open, again, first } = await stage()
    const { refresh_token: next } = (await open.ask(again(await first(), { scope: 'Mail.Read' }))).json()
    expect((await open.ask(again(next))).json().scope).toBe('User.Read openid profile')
  })

  it('may come with it to the v1 endpoint, naming a resource', async () => {
    const { open, again, first } = await stage()
    const body = (await open.ask(again(await first(), { resource: GRAPH }), { endpoint: 'token' })).json()
    expect(body).toMatchObject({ resource: GRAPH, expires_in: '3599' })
  })

  it('is refused after 90 days of disuse, and told when the token was issued', async () => {
    const { open, again, first } = await stage()
    const issued = new Date(open.world.now()).toISOString()
    const token = await first()
    open.world.advance(90 * DAY)
    const { error, error_codes: codes, error_description: text } = (await open.ask(again(token))).json()
    expect([error, codes]).toEqual(['invalid_grant', [700082]])
    expect(text).toContain(`issued on ${issued}`)
  })

  it('as a single-page application comes from its origin, for a day', async () => {
    const { open, again, first } = await stage()
    const token = await first('spa')
    expect(errorCodeOf(await open.ask(again(token)))).toBe(9002327)
    open.world.advance(DAY / 2)
    const early = await open.ask(again(token), { headers: { origin } })
    expect(early.json().refresh_token_expires_in).toBe(DAY / 2000 - 1)
    open.world.advance(DAY / 2 - 1)
    const answer = await open.ask(again(token), { headers: { origin } })
    expect(answer.headers['access-control-allow-origin']).toBe(origin)
    open.world.advance(1)
    const late = await open.ask(again(answer.json().refresh_token), { headers: { origin } })
    expect(errorCodeOf(late)).toBe(700084)
    expect(late.headers['access-control-allow-origin']).toBe(origin)
  })

  it('that is no single-page application does not come from another origin', async () => {
    const { open, again, first } = await stage()
    expect(errorCodeOf(await open.ask(again(await first()), { headers: { origin } }))).toBe(9002326)
  })

  it('shows its secret when it showed one before, and none when it did not', async () => {
    const { open, app, again, first } = await stage()
    const [web, own] = [await first('web'), await first()]
    const secret = { client_secret: app.secret }
    expect(errorCodeOf(await open.ask(again(web)))).toBe(7000218)
    expect(errorCodeOf(await open.ask(again(web, { client_secret: 'wrong' })))).toBe(7000215)
    expect((await open.ask(again(web, secret))).statusCode).toBe(200)
    expect(errorCodeOf(await open.ask(again(own, secret)))).toBe(700025)
  })

  it('is refused when the person changed the password, unless it proves who it is', async () => {
    const { open, app, again, first } = await stage({}, PASSWORD)
    const [web, own] = [await first('web'), await first()]
    open.world.advance(1000)
    await open.directory.users.changePassword(open.tenant.id, 'ada@contoso.test', PASSWORD, 'Another-Horse-8')
    expect((await open.ask(again(own))).json()).toMatchObject({ error_codes: [50173], suberror: 'bad_token' })
    expect((await open.ask(again(web, { client_secret: app.secret }))).statusCode).toBe(200)
    expect((await open.ask(again(await first()))).statusCode).toBe(200)
  })

  it('is refused when what the person gave it was revoked', async () => {
    const { open, again, first } = await stage()
    const token = await first()
    await open.directory.users.revokeSignIns(open.tenant.id, open.user.id)
    expect(errorCodeOf(await open.ask(again(token)))).toBe(50173)
  })

  it('is refused when the consent was taken back', async () => {
    const { open, app, again, first } = await stage()
    const token = await first()
    const [consent] = await open.directory.consents.page(open.tenant.id, {
      limit: 100,
      where: { client: app.principal.id },
    })
    await open.directory.consents.remove(open.tenant.id, consent!.id)
    expect(errorCodeOf(await open.ask(again(token)))).toBe(65001)
  })

  it.each<[string, number, (stage: Stage, token: string) => Record<string, string> | Promise<Record<string, string>>]>([
    ['with text that is no token', 70000, ({ again }) => again('nonsense')],
    ['without one', 900144, ({ again }) => again('')],
    [
      'with another app’s',
      70000,
      async ({ open, again }, token) => ({ ...again(token), client_id: (await open.app()).id }),
    ],
    ['for a scope that nobody consented to', 65001, ({ again }, token) => again(token, { scope: 'Mail.Send' })],
    ['for two resources', 700022, ({ again }, token) => again(token, { scope: `User.Read ${EXCHANGE}/SMTP.Send` })],
    ['with a resource in version 2', 901002, ({ again }, token) => again(token, { resource: GRAPH })],
    ['for a scope that is malformed', 70011, ({ again }, token) => again(token, { scope: 'Mail.Read "x"' })],
    ['for more scopes than there are', 70011, ({ again }, token) => again(token, { scope: 'a '.repeat(5000) })],
  ])('is refused %s', async (_, expected, form) => {
    const on = await stage()
    expect(errorCodeOf(await on.open.ask(await form(on, await on.first())))).toBe(expected)
  })
})

describe('where the reuse of refresh tokens is watched for', () => {
  it('the second use of an old one ends all that came of the sign-in', async () => {
    const { open, again, first } = await stage({ refresh_token_reuse: 'revoke' })
    const old = await first()
    const { refresh_token: next } = (await open.ask(again(old))).json()
    expect(errorCodeOf(await open.ask(again(old)))).toBe(50173)
    expect(errorCodeOf(await open.ask(again(next)))).toBe(50173)
  })

  it('a refusal in between uses nothing up', async () => {
    const { open, again, first } = await stage({ refresh_token_reuse: 'revoke' })
    const token = await first()
    expect(errorCodeOf(await open.ask(again(token, { scope: 'Mail.Send' })))).toBe(65001)
    expect((await open.ask(again(token))).statusCode).toBe(200)
  })
})
