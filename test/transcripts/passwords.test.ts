import { ImapFlow } from 'imapflow'
import { describe, expect, it, onTestFinished } from 'vitest'
import { encodePlain } from '../../src/codecs/sasl/plain.ts'
import { DAY, MINUTE } from '../../src/core/time.ts'
import type { Profile } from '../../src/core/profile.ts'
import { imapWire } from '../../src/protocols/imap/wire-table.ts'
import { openMailStore } from '../support/mail-store.ts'
import { openAccess } from '../support/access.ts'
import { newMailbox } from '../support/directory.ts'
import { mailServers, HOST, type Protocol } from '../support/line-servers.ts'
import { SocketClient } from './socket-client.ts'

const PASSWORD = 'Correct horse "battery" staple'

/** Ada, who has a password, a shared mailbox that she was given, and Bob's that she was not; passwords are let in. */
async function openDoors(profile: Profile, { basic = 'policy' }: { readonly basic?: 'off' | 'policy' } = {}) {
  const { store } = await openMailStore()
  const context = await openAccess(profile, { mail: store, basic })
  const { access, directory, tenant, world } = context
  await directory.mailboxes.create(tenant.id, { ...newMailbox('ada'), password: PASSWORD })
  await directory.mailboxes.create(tenant.id, newMailbox('bob'))
  const shared = await directory.mailboxes.create(tenant.id, { ...newMailbox('info'), type: 'SharedMailbox' })
  const ada = (await directory.users.find(tenant.id, 'ada@contoso.test'))!
  const trustee = (await directory.permissions.trustee(tenant.id, ada.id))!
  const grant = { trustee, accessRights: ['FullAccess'] as const, deny: false, inheritanceType: 'All' }
  await directory.permissions.add(shared, grant)
  const policies = directory.authenticationPolicies
  const policy = await policies.create(tenant.id, { name: 'Old', allow: { Imap: true, Pop: true, Smtp: true } })
  await policies.assignDefault(tenant.id, policy.guid)

  const listen = mailServers({ access, directory, world, store, profile, basic: basic === 'policy' })
  const connect = async (protocol: Protocol): Promise<SocketClient> => {
    const talk = await SocketClient.connect(await listen(protocol))
    onTestFinished(() => talk.destroy())
    await talk.line()
    return talk
  }
  return { ...context, ada, shared, policies, policy, listen, connect }
}

const ask = async (talk: SocketClient, line: string): Promise<string> => {
  talk.send(`${line}\r\n`)
  return (await talk.line())!
}

const hello = async (talk: SocketClient): Promise<readonly string[]> => {
  talk.send('EHLO client.example\r\n')
  return talk.linesUntil((said) => said.startsWith('250 '))
}

const base64 = (text: string): string => Buffer.from(text).toString('base64')
const quoted = (text: string): string => `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`

/** Every way of giving a password; each answers what is said in the end. */
const ways: Readonly<
  Record<string, readonly [Protocol, (talk: SocketClient, user: string, password: string) => Promise<string>]>
> = {
  'IMAP LOGIN': ['imap', (talk, user, password) => ask(talk, `a LOGIN ${quoted(user)} ${quoted(password)}`)],
  'IMAP AUTHENTICATE PLAIN': [
    'imap',
    (talk, user, password) => ask(talk, `a AUTHENTICATE PLAIN ${encodePlain({ authorization: '', user, password })}`),
  ],
  'IMAP AUTHENTICATE LOGIN': [
    'imap',
    async (talk, user, password) => {
      await ask(talk, 'a AUTHENTICATE LOGIN')
      await ask(talk, base64(user))
      return ask(talk, base64(password))
    },
  ],
  'POP USER and PASS': [
    'pop3',
    async (talk, user, password) => {
      await ask(talk, `USER ${user}`)
      return ask(talk, `PASS ${password}`)
    },
  ],
  'POP AUTH PLAIN': [
    'pop3',
    (talk, user, password) => ask(talk, `AUTH PLAIN ${encodePlain({ authorization: '', user, password })}`),
  ],
  'SMTP AUTH PLAIN': [
    'smtp',
    async (talk, user, password) => {
      await hello(talk)
      return ask(talk, `AUTH PLAIN ${encodePlain({ authorization: '', user, password })}`)
    },
  ],
  'SMTP AUTH LOGIN': [
    'smtp',
    async (talk, user, password) => {
      await hello(talk)
      await ask(talk, 'AUTH LOGIN')
      await ask(talk, base64(user))
      return ask(talk, base64(password))
    },
  ],
}

/** docs/reference/exchange-admin.md §10.4, and what the RFCs have for the same. */
const answers = {
  'exchange-online': {
    pop3: {
      blocked: '-ERR Logon failure: unknown user name or bad password.',
      wrong: '-ERR Logon failure: unknown user name or bad password.',
      mailbox: '-ERR Logon failure: unknown user name or bad password.',
      granted: '+OK User successfully logged on.',
    },
    smtp: {
      blocked: `535 5.7.139 Authentication unsuccessful, basic authentication is disabled. [${HOST}]`,
      wrong: `535 5.7.3 Authentication unsuccessful [${HOST}]`,
      mailbox: `535 5.7.3 Authentication unsuccessful [${HOST}]`,
      granted: '235 2.7.0 Authentication successful',
    },
  },
  standards: {
    pop3: {
      blocked: '-ERR [AUTH] Passwords are not accepted, use AUTH XOAUTH2',
      wrong: '-ERR [AUTH] Authentication failed',
      mailbox: '-ERR [SYS/PERM] The mailbox cannot be opened',
      granted: '+OK Signed in',
    },
    smtp: {
      blocked: '534 5.7.9 Passwords are not accepted, use AUTH XOAUTH2',
      wrong: '535 5.7.8 Authentication failed',
      mailbox: '535 5.7.1 The mailbox cannot be opened',
      granted: '235 2.7.0 Signed in',
    },
  },
} as const

type Outcome = 'blocked' | 'wrong' | 'mailbox' | 'granted'

function expected(profile: Profile, way: string, protocol: Protocol, outcome: Outcome): RegExp | string {
  if (protocol !== 'imap') return answers[profile][protocol][outcome]
  const verb = way === 'IMAP LOGIN' ? 'LOGIN' : 'AUTHENTICATE'
  if (outcome === 'granted') return new RegExp(String.raw`^a OK (\[CAPABILITY .*\] )?${verb} completed\.$`)
  if (profile === 'exchange-online') return `a NO ${verb} failed.`
  return outcome === 'mailbox'
    ? 'a NO [AUTHORIZATIONFAILED] You have no access to that mailbox.'
    : `a NO [AUTHENTICATIONFAILED] ${verb} failed.`
}

const check = (said: string, wanted: RegExp | string): void =>
  typeof wanted === 'string' ? expect(said).toBe(wanted) : expect(said).toMatch(wanted)

describe.each(['standards', 'exchange-online'] as const)('in %s a password', (profile) => {
  describe.each(Object.entries(ways))('given by %s', (way, [protocol, give]) => {
    it('opens the own mailbox and a shared one where the policy allows it, and no other', async () => {
      const { connect } = await openDoors(profile)
      const tried = async (user: string, password = PASSWORD) => give(await connect(protocol), user, password)
      check(await tried('ada@contoso.test'), expected(profile, way, protocol, 'granted'))
      check(await tried('ada@contoso.test/info@contoso.test'), expected(profile, way, protocol, 'granted'))
      check(await tried('ada@contoso.test/bob@contoso.test'), expected(profile, way, protocol, 'mailbox'))
      check(await tried('ada@contoso.test', 'wrong'), expected(profile, way, protocol, 'wrong'))
      check(await tried('nobody@contoso.test'), expected(profile, way, protocol, 'wrong'))
    })

    it('names a shared mailbox behind a backslash too', async () => {
      const { connect } = await openDoors(profile)
      const said = await give(await connect(protocol), String.raw`ada@contoso.test\info`, PASSWORD)
      check(said, expected(profile, way, protocol, 'granted'))
    })

    it('opens nothing where the policy blocks it, or the server takes none', async () => {
      const { connect, policies, policy, tenant } = await openDoors(profile)
      await policies.update(tenant.id, policy.guid, { allow: { Imap: false, Pop: false, Smtp: false } })
      const blocked = expected(profile, way, protocol, 'blocked')
      check(await give(await connect(protocol), 'ada@contoso.test', PASSWORD), blocked)
      const off = await openDoors(profile, { basic: 'off' })
      check(await give(await off.connect(protocol), 'ada@contoso.test', PASSWORD), blocked)
    })
  })
})

const announced = async (profile: Profile, basic: 'off' | 'policy') => {
  const { connect } = await openDoors(profile, { basic })
  const [imap, pop3, smtp] = await Promise.all([connect('imap'), connect('pop3'), connect('smtp')])
  pop3.send('CAPA\r\n')
  return {
    imap: (await ask(imap, 'a CAPABILITY')).split(' ').filter((word) => /^(AUTH=|LOGINDISABLED)/.test(word)),
    pop3: (await pop3.linesUntil((said) => said === '.')).filter((said) => /^(USER|SASL)/.test(said)),
    smtp: (await hello(smtp)).filter((said) => said.includes('AUTH')).map((said) => said.slice(4)),
  }
}

describe.each(['standards', 'exchange-online'] as const)('in %s submission with a password', (profile) => {
  it('is off where the tenant or the mailbox says so, in the words that programs look for', async () => {
    const { connect, directory, tenant } = await openDoors(profile)
    const give = ways['SMTP AUTH LOGIN']![1]
    const tried = async () => give(await connect('smtp'), 'ada@contoso.test', PASSWORD)
    await directory.organization.changeTransport(tenant.id, { SmtpClientAuthenticationDisabled: true })
    expect(await tried()).toMatch(/^535 5\.7\.139 .* SmtpClientAuthentication is disabled for the Tenant\. /)
    const mailbox = (await directory.mailboxes.find(tenant.id, 'ada'))!
    await directory.mailboxes.update(tenant.id, mailbox.id, { smtpClientAuthenticationDisabled: false })
    expect(await tried()).toBe(answers[profile].smtp.granted)
    await directory.mailboxes.update(tenant.id, mailbox.id, { smtpClientAuthenticationDisabled: true })
    expect(await tried()).toMatch(/^535 5\.7\.139 .* SmtpClientAuthentication is disabled for the Mailbox\. /)
  })

  it('is no longer supported after the date of a retirement plan, and only off in a brown-out', async () => {
    const { connect, directory, tenant, world } = await openDoors(profile)
    const give = ways['SMTP AUTH PLAIN']![1]
    const tried = async () => give(await connect('smtp'), 'ada@contoso.test', PASSWORD)
    const [day, start] = [DAY, world.now()]
    const brownOuts = [{ start: start + day, minutes: 60 }]
    const terms = { dates: { Smtp: start + 2 * day }, waves: [], brownOuts, cutOff: start + 3 * day }
    await directory.retirementPlans.create(tenant.id, terms, {})
    expect(await tried()).toBe(answers[profile].smtp.granted)
    world.advance(day)
    expect(await tried()).toBe(answers[profile].smtp.blocked)
    for (let passed = 0; passed < 2; passed++) {
      world.advance(day)
      expect(await tried()).toBe('550 5.7.30 Basic authentication is not supported for Client Submission.')
    }
  })
})

describe('a password that is not ASCII', () => {
  it('comes as UTF-8: in a literal of IMAP4, behind PASS, and in SASL', async () => {
    const { connect, directory, tenant, ada } = await openDoors('standards')
    const password = 'Grüße, 世界'
    await directory.users.update(tenant.id, ada.id, { password })
    const imap = await connect('imap')
    const octets = Buffer.from(password)
    imap.send(`a LOGIN ada@contoso.test {${octets.length}+}\r\n`)
    check(await ask(imap, octets.toString('latin1')), expected('standards', 'IMAP LOGIN', 'imap', 'granted'))
    const smtp = await connect('smtp')
    expect(await ways['SMTP AUTH PLAIN']![1](smtp, 'ada@contoso.test', password)).toBe('235 2.7.0 Signed in')
    const pop = await connect('pop3')
    expect(await ways['POP USER and PASS']![1](pop, 'ada@contoso.test', octets.toString('latin1'))).toBe(
      '+OK Signed in',
    )
  })
})

describe('what is announced', () => {
  it('in standards names passwords only where they are let in', async () => {
    expect(await announced('standards', 'off')).toEqual({
      imap: ['AUTH=XOAUTH2', 'AUTH=OAUTHBEARER', 'LOGINDISABLED'],
      pop3: ['SASL XOAUTH2 OAUTHBEARER'],
      smtp: ['AUTH XOAUTH2 OAUTHBEARER'],
    })
    expect(await announced('standards', 'policy')).toEqual({
      imap: ['AUTH=PLAIN', 'AUTH=XOAUTH2', 'AUTH=OAUTHBEARER'],
      pop3: expect.arrayContaining(['USER', 'SASL PLAIN XOAUTH2 OAUTHBEARER']),
      smtp: ['AUTH LOGIN PLAIN XOAUTH2 OAUTHBEARER'],
    })
  })

  it('in exchange-online is the same whether they are let in or not', async () => {
    const off = await announced('exchange-online', 'off')
    expect(off.imap).toEqual(['AUTH=PLAIN', 'AUTH=XOAUTH2'])
    expect(off.smtp).toEqual(['AUTH LOGIN XOAUTH2'])
    expect(await announced('exchange-online', 'policy')).toEqual(off)
  })
})

describe('lock-out', () => {
  it('comes after ten wrong passwords over IMAP4, and holds over POP3 too, until a minute has passed', async () => {
    const { connect, world } = await openDoors('standards')
    const imap = ways['IMAP LOGIN']![1]
    for (let at = 0; at < 10; at++) await imap(await connect('imap'), 'ada@contoso.test', 'wrong')
    const refusal = `a ${imapWire('standards')('user', 'Basic')}`
    expect(await imap(await connect('imap'), 'ada@contoso.test', PASSWORD)).toBe(refusal)
    const pop = ways['POP USER and PASS']![1]
    expect(await pop(await connect('pop3'), 'ada@contoso.test', PASSWORD)).toBe(answers.standards.pop3.wrong)
    world.advance(MINUTE)
    expect(await pop(await connect('pop3'), 'ada@contoso.test', PASSWORD)).toBe(answers.standards.pop3.granted)
  })
})

describe('a connection that a password opened', () => {
  it('is counted with what the client calls itself, also where it says so after signing in', async () => {
    const { connect, signIns, tenant } = await openDoors('standards')
    const before = await connect('imap')
    before.send('i ID ("name" "Early" "version" "1")\r\n')
    await before.linesUntil((said) => said.startsWith('i OK'))
    await ways['IMAP LOGIN']![1](before, 'ada@contoso.test', PASSWORD)
    const after = await connect('imap')
    await ways['IMAP LOGIN']![1](after, 'ada@contoso.test', PASSWORD)
    after.send('i ID ("name" "Late")\r\n')
    await after.linesUntil((said) => said.startsWith('i OK'))
    await ways['SMTP AUTH PLAIN']![1](await connect('smtp'), 'ada@contoso.test', PASSWORD)
    await signIns.settled()
    const uses = await signIns.uses({ tenant: tenant.id, days: 1, authentication: 'Basic' })
    expect(uses.map(({ protocol, client, granted }) => [protocol, client, granted])).toEqual(
      expect.arrayContaining([
        ['imap', 'Early 1', 1],
        ['imap', 'Late', 1],
        ['smtp', 'client.example', 1],
      ]),
    )
    expect(uses).toHaveLength(3)
  })

  it('ends when the policy blocks it', async () => {
    const { connect, policies, policy, tenant } = await openDoors('standards')
    const talk = await connect('imap')
    await ways['IMAP LOGIN']![1](talk, 'ada@contoso.test', PASSWORD)
    await policies.update(tenant.id, policy.guid, { allow: { Imap: false } })
    await talk.closed()
  })
})

describe('an unmodified client with a password', () => {
  it('imapflow reads the own mailbox', async () => {
    const { listen } = await openDoors('standards')
    const flow = new ImapFlow({
      host: '127.0.0.1',
      port: await listen('imap'),
      secure: false,
      auth: { user: 'ada@contoso.test', pass: PASSWORD },
      logger: false,
    })
    onTestFinished(() => flow.close())
    await flow.connect()
    expect((await flow.mailboxOpen('INBOX')).path).toBe('INBOX')
    await flow.logout()
  })
})
