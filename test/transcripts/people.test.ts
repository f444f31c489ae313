import { ImapFlow } from 'imapflow'
import { describe, expect, it, onTestFinished } from 'vitest'
import { encodeXoauth2 } from '../../src/codecs/sasl/bearer.ts'
import type { Profile } from '../../src/core/profile.ts'
import type { UserGrant } from '../../src/domain/tokens/types.ts'
import { appendMessages, folderIdOf, openMailStore } from '../support/mail-store.ts'
import { openAccess } from '../support/access.ts'
import { newMailbox, registerApp } from '../support/directory.ts'
import { mailServers, type Protocol } from '../support/line-servers.ts'
import { SocketClient } from './socket-client.ts'

const scopes = ['IMAP.AccessAsUser.All', 'POP.AccessAsUser.All', 'SMTP.Send']

/** Returns the final answer to XOAUTH2 with a mailbox and a token. */
const tried = async (talk: SocketClient, protocol: Protocol, word: string, token: string): Promise<string> => {
  const response = encodeXoauth2({ user: `${word}@contoso.test`, token })
  talk.send(`${protocol === 'imap' ? 'a AUTHENTICATE' : 'AUTH'} XOAUTH2 ${response}\r\n`)
  const said = (await talk.line())!
  if (!/^(\+|334) /.test(said)) return said
  // RFC 7628 §3.2.3: the client acknowledges what it was told of the failure.
  talk.send('\r\n')
  return (await talk.line())!
}

/** Ada, a shared mailbox that she was given, Bob's that she was not, and a program that she lets read and send mail. */
async function openDoors(profile: Profile) {
  const { store } = await openMailStore()
  const context = await openAccess(profile, { mail: store })
  const { access, directory, tenant, world } = context
  const program = await registerApp(context, 'Thunderbird')
  for (const word of ['ada', 'bob']) await directory.mailboxes.create(tenant.id, newMailbox(word))
  const shared = await directory.mailboxes.create(tenant.id, { ...newMailbox('info'), type: 'SharedMailbox' })
  const ada = (await directory.users.find(tenant.id, 'ada@contoso.test'))!
  const trustee = (await directory.permissions.trustee(tenant.id, ada.id))!
  await directory.permissions.add(shared, {
    trustee,
    accessRights: ['FullAccess'],
    deny: false,
    inheritanceType: 'All',
  })
  const consent = await context.consentTo(program, scopes, ada.id)

  const listen = mailServers({ access, directory, world, store, profile })
  const tokenFor = (otherwise: Partial<UserGrant> = {}) => context.userTokenFor(program, ada, otherwise)
  const connect = async (protocol: Protocol): Promise<SocketClient> => {
    const talk = await SocketClient.connect(await listen(protocol))
    onTestFinished(() => talk.destroy())
    await talk.line()
    if (protocol === 'smtp') {
      talk.send('EHLO client.example\r\n')
      await talk.linesUntil((said) => said.startsWith('250 '))
    }
    return talk
  }
  const signIn = async (protocol: Protocol, word: string, otherwise?: Partial<UserGrant>) => {
    const talk = await connect(protocol)
    return { talk, said: await tried(talk, protocol, word, await tokenFor(otherwise)) }
  }
  return { ...context, program, ada, shared, consent, store, tokenFor, listen, signIn }
}

const ask = async (talk: SocketClient, command: string): Promise<string> => {
  talk.send(`${command}\r\n`)
  return (await talk.line())!
}

const welcome: Readonly<Record<Protocol, RegExp>> = {
  imap: /^a OK (\[CAPABILITY .*\] )?AUTHENTICATE completed\.$/,
  pop3: /^\+OK /,
  smtp: /^235 2\.7\.0 /,
}

/** A token that opens nothing, whatever it names, and what the caller hears. */
const badTokens: readonly (readonly [string, Partial<UserGrant>])[] = [
  ['for Microsoft Graph, with scopes of the same names', { audience: 'https://graph.microsoft.com' }],
  ['without a scope of the protocol', { scopes: ['Mail.ReadWrite', 'Mail.Send', 'IMAP.AccessAsApp'] }],
  ['that has ended', { lifetime: -1 }],
]

const refusals = {
  standards: {
    token: {
      imap: 'a NO [AUTHENTICATIONFAILED] AUTHENTICATE failed.',
      pop3: '-ERR [AUTH] Authentication failed',
      smtp: '535 5.7.8 Authentication failed',
    },
    mailbox: {
      imap: 'a NO [AUTHORIZATIONFAILED] You have no access to that mailbox.',
      pop3: '-ERR [SYS/PERM] The mailbox cannot be opened',
      smtp: '535 5.7.1 The mailbox cannot be opened',
    },
  },
  'exchange-online': {
    token: {
      imap: 'a NO AUTHENTICATE failed.',
      pop3: '-ERR Authentication failure: unknown user name or bad password.',
      smtp: '535 5.7.3 Authentication unsuccessful [mail.contoso.test]',
    },
    mailbox: {
      imap: 'a OK AUTHENTICATE completed.',
      pop3: '-ERR Authentication failure: unknown user name or bad password.',
      smtp: '535 5.7.3 Authentication unsuccessful [mail.contoso.test]',
    },
  },
} as const

describe.each(['standards', 'exchange-online'] as const)('in %s a person signs in with a token', (profile) => {
  describe.each(['imap', 'pop3', 'smtp'] as const)('over %s', (protocol) => {
    it('to their own mailbox, and to one that they were given', async () => {
      const { signIn } = await openDoors(profile)
      for (const word of ['ada', 'info']) expect((await signIn(protocol, word)).said).toMatch(welcome[protocol])
    })

    it.each(badTokens)('and not with one %s', async (_, otherwise) => {
      const { signIn } = await openDoors(profile)
      expect((await signIn(protocol, 'ada', otherwise)).said).toBe(refusals[profile].token[protocol])
    })

    it("and not to another person's mailbox, as the profile says it", async () => {
      const { signIn } = await openDoors(profile)
      const { talk, said } = await signIn(protocol, 'bob')
      expect(said).toBe(refusals[profile].mailbox[protocol])
      if (profile === 'exchange-online' && protocol === 'imap') {
        expect(await ask(talk, 'b SELECT INBOX')).toBe('b BAD User is authenticated but not connected.')
      }
    })

    it('to one that a group was given, for as long as they are in it', async () => {
      const { signIn, directory, tenant } = await openDoors(profile)
      const mailbox = async (word: string) => (await directory.mailboxes.find(tenant.id, word))!
      const member = { kind: 'mailbox', mailbox: await mailbox('ada') } as const
      const group = await directory.groups.create(tenant.id, {
        name: 'Readers',
        alias: 'readers',
        displayName: 'Readers',
        primarySmtpAddress: 'readers@contoso.test',
        type: 'Security',
        members: [member],
      })
      const trustee = (await directory.permissions.trustee(tenant.id, 'readers'))!
      const grant = { trustee, accessRights: ['FullAccess'], deny: false, inheritanceType: 'All' } as const
      await directory.permissions.add(await mailbox('bob'), grant)
      const { talk, said } = await signIn(protocol, 'bob')
      expect(said).toMatch(welcome[protocol])
      await directory.groups.removeMember(group, member)
      await talk.closed()
      expect((await signIn(protocol, 'bob')).said).toBe(refusals[profile].mailbox[protocol])
    })

    it('until they are disabled, which ends what is open', async () => {
      const { signIn, directory, tenant, ada } = await openDoors(profile)
      const { talk } = await signIn(protocol, 'info')
      await directory.users.update(tenant.id, ada.id, { accountEnabled: false })
      await talk.closed()
      expect((await signIn(protocol, 'info')).said).toBe(refusals[profile].token[protocol])
    })
  })
})

const letter = (from: string): string => `From: <${from}>\r\nTo: <bob@contoso.test>\r\nSubject: Hello\r\n\r\nHello\r\n.`

async function sent(talk: SocketClient, from: string): Promise<string> {
  await ask(talk, `MAIL FROM:<${from}>`)
  await ask(talk, 'RCPT TO:<bob@contoso.test>')
  await ask(talk, 'DATA')
  return ask(talk, letter(from))
}

describe('a person who sends', () => {
  it('sends from the own address, and from a shared mailbox only with SendAs, not with FullAccess', async () => {
    const { signIn, directory, tenant } = await openDoors('exchange-online')
    const denied = /^554 5\.2\.252 SendAsDenied; /
    const [own, shared] = [(await signIn('smtp', 'ada')).talk, (await signIn('smtp', 'info')).talk]
    for (const talk of [own, shared]) {
      expect(await sent(talk, 'ada@contoso.test')).toMatch(/^250 2\.0\.0 /)
      expect(await sent(talk, 'info@contoso.test')).toMatch(denied)
      expect(await sent(talk, 'bob@contoso.test')).toMatch(denied)
    }
    const info = (await directory.mailboxes.find(tenant.id, 'info'))!
    const trustee = (await directory.permissions.trustee(tenant.id, 'ada@contoso.test'))!
    await directory.sendAs.add(info, { trustee, deny: false })
    for (const talk of [own, shared]) expect(await sent(talk, 'info@contoso.test')).toMatch(/^250 2\.0\.0 /)
  })
})

describe('a consent that is revoked', () => {
  it('ends the connections that rest on it in standards', async () => {
    const { signIn, directory, tenant, consent } = await openDoors('standards')
    const { talk } = await signIn('imap', 'ada')
    await directory.consents.remove(tenant.id, consent.id)
    await talk.closed()
    expect((await signIn('imap', 'ada', { scopes })).said).toBe(refusals.standards.token.imap)
  })

  it('counts in exchange-online for as long as the token is good', async () => {
    const { signIn, directory, tenant, consent } = await openDoors('exchange-online')
    await directory.consents.remove(tenant.id, consent.id)
    expect((await signIn('imap', 'ada', { scopes })).said).toMatch(welcome.imap)
  })
})

describe('a person over IMAP', () => {
  it('authorises no URLs: any holder could use them, beyond the rights of the program', async () => {
    const { signIn } = await openDoors('standards')
    const { talk } = await signIn('imap', 'ada')
    const url = 'imap://ada@mail.contoso.test/INBOX/;UID=1;URLAUTH=anonymous'
    expect(await ask(talk, `b GENURLAUTH ${url} INTERNAL`)).toMatch(/^b NO \[NOPERM\] /)
  })
})

describe.each(['standards', 'exchange-online'] as const)('imapflow in %s', (profile) => {
  it("reads the shared mailbox with a person's token, unmodified", async () => {
    const { tokenFor, listen, store, shared } = await openDoors(profile)
    const mailbox = await store.open(shared.id, new AbortController().signal)
    await appendMessages(mailbox, await folderIdOf(mailbox, 'INBOX'), 3)
    const flow = new ImapFlow({
      host: '127.0.0.1',
      port: await listen('imap'),
      secure: false,
      auth: { user: 'info@contoso.test', accessToken: await tokenFor() },
      logger: false,
    })
    onTestFinished(() => flow.close())
    await flow.connect()
    await flow.mailboxOpen('INBOX')
    const subjects: (string | undefined)[] = []
    for await (const { envelope } of flow.fetch('1:*', { envelope: true })) subjects.push(envelope?.subject)
    expect(subjects).toEqual(['Message 0', 'Message 1', 'Message 2'])
    await flow.logout()
  })
})
