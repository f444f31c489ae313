import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { encodeXoauth2 } from '../../src/codecs/sasl/bearer.ts'
import { DAY, MINUTE } from '../../src/core/time.ts'
import { realWorld } from '../../src/core/world.ts'
import { RunningServer } from '../support/command-line.ts'
import { ask } from './client-setup.ts'
import { AppSetup } from './app-setup.ts'

const generic = {
  imap: 'a NO AUTHENTICATE failed.',
  pop3: '-ERR Authentication failure: unknown user name or bad password.',
  smtp: '535 5.7.3 Authentication unsuccessful [localhost]',
} as const
const granted = { imap: /^\* NAMESPACE /, pop3: /^\+OK /, smtp: /^235 / } as const
const written = (text: string): string => Buffer.from(text).toString('base64')
const protocols = ['imap', 'pop3', 'smtp'] as const

describe('the commonest mistakes of a program', () => {
  let server: RunningServer
  let scene: AppSetup
  let token: string
  beforeAll(async () => {
    server = await RunningServer.start({ profile: 'exchange-online' })
    scene = await AppSetup.open(server)
    await scene.grant()
    token = await scene.token()
  })
  afterAll(() => server.close())

  it('row 5, a token for https://ps.outlook.com: taken, though the real service refuses it', async () => {
    const other = await scene.token('https://ps.outlook.com/.default')
    expect(await scene.signIn('pop3', other)).toEqual(['+OK User successfully authenticated.'])
  })

  it('row 11, retrying in a tight loop: what was refused is granted as soon as the cause is fixed', async () => {
    const hasty = await AppSetup.open(server)
    await hasty.consent()
    const early = await hasty.token()
    for (let count = 0; count < 20; count++) {
      expect(await hasty.signIn('pop3', early)).toEqual([generic.pop3])
    }
    // One record tells of all of them.
    const explained = await hasty.explain()
    expect(explained).toMatchObject({ failed: 'exchangeServicePrincipal', count: 20 })
    expect(await hasty.recorded(explained.signInId)).toEqual(explained)
    await hasty.fixUntil(async () => (await hasty.signIn('pop3', early))[0]!.startsWith('+OK'))
  })

  it('row 13: a mailbox without a switch of its own follows the tenant, also with a token', async () => {
    await server.json('Set-TransportConfig', '-SmtpClientAuthenticationDisabled', 'true')
    const shown = await server.json('Get-CASMailbox', scene.mailbox)
    expect(shown['SmtpClientAuthenticationDisabled']).toBeNull()
    const [answer] = await scene.signIn('smtp', token)
    expect(answer).toMatch(
      /^535 5\.7\.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant\. /,
    )
    const { failed, checks, fix } = await scene.explain()
    expect(failed).toBe('protocolEnabled')
    expect(checks.at(-1)!.evidence).toContain(`that of the mailbox ${scene.mailbox} is not set`)
    await scene.type(fix.slice(0, 1))
    expect(await scene.signIn('smtp', token)).toEqual(['235 2.7.0 Authentication successful'])
    await server.json('Set-CASMailbox', scene.mailbox, '-SmtpClientAuthenticationDisabled', 'true')
    expect((await scene.signIn('smtp', token))[0]).toContain('SmtpClientAuthentication is disabled for the Mailbox.')
    await scene.type((await scene.explain()).fix)
    expect(await scene.signIn('smtp', token)).toEqual(['235 2.7.0 Authentication successful'])
    await server.json('Set-TransportConfig', '-SmtpClientAuthenticationDisabled', 'false')
  })

  it('row 14: without SendAs the message is refused after DATA; explained and fixed', async () => {
    const other = await AppSetup.open(server)
    const refusal = await sentFrom(other.mailbox)
    expect(refusal).toMatch(/^554 5\.2\.252 SendAsDenied; /)
    const explained = await scene.explain()
    expect(explained).toMatchObject({ protocol: 'smtp', mailbox: scene.mailbox, failed: 'sendAs', wire: refusal })
    expect(explained.checks.at(-1)!.evidence).toContain(
      `no SendAs for the mailbox ${other.mailbox} of the service principal ${scene.principal}`,
    )
    expect(await scene.recorded(explained.signInId)).toEqual(explained)
    await scene.type(explained.fix)
    expect(await sentFrom(other.mailbox)).toMatch(/^250 /)

    const denial = ['-Identity', other.mailbox, '-Trustee', scene.principal, '-AccessRights', 'SendAs', '-Deny']
    await server.json('Add-RecipientPermission', ...denial)
    expect(await sentFrom(other.mailbox)).toBe(refusal)
    const denied = await scene.explain()
    expect(denied.checks.at(-1)!.evidence).toContain(`To send as the mailbox ${other.mailbox} is denied to `)
    await scene.type(denied.fix)
    expect(await sentFrom(other.mailbox)).toMatch(/^250 /)

    const day = DAY
    const [start, end] = [-day, day].map((from) => new Date(Date.now() + from).toISOString())
    const asked = ['-StartDate', start!, '-EndDate', end!, '-Operations', 'SendAs']
    const found = await server.json<{ AuditData: string }[]>('Search-UnifiedAuditLog', ...asked)
    expect(found[0]!.AuditData).toContain('"ResultStatus":"Failed"')
    expect(found[0]!.AuditData).toContain('{"Name":"FailedCheck","Value":"sendAs"}')
  })

  it('row 14: the trace of the message tells the administrator why, with its status code', async () => {
    const foreign = await AppSetup.open(server)
    await sentFrom(foreign.mailbox)
    const [trace] = await server.json<object[]>('Get-MessageTraceV2', '-SenderAddress', foreign.mailbox)
    expect(trace).toMatchObject({
      SenderAddress: foreign.mailbox,
      RecipientAddress: scene.mailbox,
      Subject: 'Hello',
      Status: 'Failed',
      FromIP: expect.stringContaining('127.0.0.1'),
    })
    const { MessageTraceId: id } = trace as { MessageTraceId: string }
    const way = await server.json<object[]>('Get-MessageTraceDetailV2', id, scene.mailbox)
    expect(way).toMatchObject([
      { Event: 'Receive' },
      { Event: 'Fail', Detail: expect.stringMatching(/^Reason: \[\{LED=554 5\.2\.252 SendAsDenied; /) },
    ])
  })

  async function sentFrom(sender: string): Promise<string> {
    const talk = await scene.connect('smtp')
    await ask(talk, `AUTH XOAUTH2 ${encodeXoauth2({ user: scene.mailbox, token })}`)
    for (const line of [`MAIL FROM:<${sender}>`, `RCPT TO:<${scene.mailbox}>`, 'DATA']) await ask(talk, line)
    const answer = await ask(talk, `From: <${sender}>\r\nSubject: Hello\r\n\r\nHello\r\n.`)
    talk.destroy()
    return answer
  }

  it('row 15, POP3 with the token on the line of AUTH: taken, as are the two steps of the real service', async () => {
    const talk = await scene.connect('pop3')
    const answer = await ask(talk, `AUTH XOAUTH2 ${encodeXoauth2({ user: scene.mailbox, token })}`)
    expect(answer).toBe('+OK User successfully authenticated.')
    talk.destroy()
    expect(await scene.signIn('pop3', token)).toEqual(['+OK User successfully authenticated.'])
  })

  it.each<[string, (user: string, token: string) => string, string]>([
    [
      'the letters ^A',
      (user, bearer) => written(`user=${user}^Aauth=Bearer ${bearer}^A^A`),
      'The letters ^A stand there in place of the octet 1.',
    ],
    [
      'base64 that is cut into lines',
      (user, bearer) => encodeXoauth2({ user, token: bearer }).slice(0, 76),
      'the base64 was cut into lines',
    ],
    [
      'Bearer twice',
      (user, bearer) => encodeXoauth2({ user, token: `Bearer ${bearer}` }),
      'The word Bearer stands there twice.',
    ],
    [
      'base64 twice',
      (user, bearer) => written(encodeXoauth2({ user, token: bearer })),
      'It is base64-encoded twice. Encode it once',
    ],
    [
      'the token as a bytes object',
      (user, bearer) => encodeXoauth2({ user, token: `b'${bearer}'` }),
      'Decode it first: token.decode().',
    ],
    [
      'no separators',
      (user, bearer) => written(`user=${user} auth=Bearer ${bearer}`),
      'The separators are missing. The octet 1 follows the user name',
    ],
  ])('row 24, an XOAUTH2 string with %s: one sentence for all, and explained', async (_, write, evidence) => {
    for (const protocol of protocols) {
      expect(await scene.authenticate(protocol, write(scene.mailbox, token))).toEqual([generic[protocol]])
      const explained = await scene.explain()
      expect(explained).toMatchObject({ protocol, mailbox: scene.mailbox, failed: 'token', fix: [] })
      expect(explained.checks.at(-1)!.evidence).toContain(evidence)
      expect(generic[protocol]).toContain(explained.wire)
      expect(JSON.stringify(explained)).not.toContain(token.slice(0, 20))
      expect(await scene.recorded(explained.signInId)).toEqual(explained)
      expect(
        await scene.authenticate(protocol, written(`user=${scene.mailbox}\u0001auth=Bearer ${token}\u0001\u0001`)),
      ).not.toEqual([generic[protocol]])
    }
  })
})

describe('the commonest mistakes of a program, where the server is strict', () => {
  let server: RunningServer
  beforeAll(async () => {
    server = await RunningServer.start({ profile: 'exchange-online', 'exchange.strict': true })
  })
  afterAll(() => server.close())

  it('row 5, a token for https://ps.outlook.com: refused whatever its roles, explained and fixed', async () => {
    const scene = await AppSetup.open(server)
    await scene.grant()
    const token = await scene.token('https://ps.outlook.com/.default')
    for (const protocol of protocols) {
      expect(await scene.signIn(protocol, token)).toEqual([generic[protocol]])
      const { failed, checks, fix } = await scene.explain()
      expect(failed).toBe('audience')
      expect(checks.at(-1)!.evidence).toMatch(
        /audience is 'https:\/\/ps\.outlook\.com'.* Expected: 'https:\/\/outlook\.office365\.com'/,
      )
      expect(fix[0]).toContain('--scope https://outlook.office365.com/.default')
      const { access_token: good } = await scene.type<{ access_token: string }>(fix)
      expect((await scene.signIn(protocol, good)).at(-1)).toMatch(granted[protocol])
    }
  })

  it('row 15, POP3 with the token on the line of AUTH: refused and explained, and the two steps are taken', async () => {
    const scene = await AppSetup.open(server)
    await scene.grant()
    const response = encodeXoauth2({ user: scene.mailbox, token: await scene.token() })
    const talk = await scene.connect('pop3')
    const refusal = await ask(talk, `AUTH XOAUTH2 ${response}`)
    expect(refusal).toMatch(/^-ERR /)
    const explained = await scene.explain()
    expect(explained).toMatchObject({ protocol: 'pop3', mailbox: scene.mailbox, failed: 'token', wire: refusal })
    expect(explained.checks.at(-1)!.evidence).toContain('a line of its own after the server')
    expect(await ask(talk, 'AUTH XOAUTH2')).toMatch(/^\+/)
    expect(await ask(talk, response)).toBe('+OK User successfully authenticated.')
    talk.destroy()
  })
})

describe('the commonest mistakes of a program, where grants take their time', () => {
  let server: RunningServer
  let ahead = 0
  beforeAll(async () => {
    const world = { ...realWorld, now: () => realWorld.now() + ahead }
    server = await RunningServer.start({ profile: 'exchange-online', 'exchange.propagation_minutes': 45 }, world)
  })
  afterAll(() => server.close())

  it('row 10: a sign-in right after the grants is refused, and works later', async () => {
    const scene = await AppSetup.open(server)
    await scene.grant()
    const token = await scene.token()
    for (const protocol of protocols) {
      expect(await scene.signIn(protocol, token)).toEqual([generic[protocol]])
      const { checks, fix } = await scene.explain()
      expect(checks.at(-1)!.evidence).toContain('nothing is left to do but to wait')
      expect(fix).toEqual([])
    }
    ahead += 45 * MINUTE
    for (const protocol of protocols) {
      expect((await scene.signIn(protocol, token)).at(-1)).toMatch(granted[protocol])
    }
  })
})
