import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DAY } from '../../src/core/time.ts'
import { RunningServer } from '../support/command-line.ts'
import { Administrator } from '../system/administrator.ts'
import type { Protocol } from './client-setup.ts'
import { UserSetup } from './user-setup.ts'

const protocols = ['imap', 'pop3', 'smtp'] as const
const scopes = { imap: 'IMAP.AccessAsUser.All', pop3: 'POP.AccessAsUser.All', smtp: 'SMTP.Send' } as const
const switches = {
  imap: ['-ImapEnabled', 'false'],
  pop3: ['-PopEnabled', 'false'],
  smtp: ['-SmtpClientAuthenticationDisabled', 'true'],
} as const

type Answers = Readonly<Record<Protocol, readonly string[]>>

const submissionIsOff =
  '535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Mailbox. Visit https://aka.ms/smtp_auth_disabled for more information. [localhost]'

/** docs/reference/exchange-admin.md §10.4: what Exchange Online says to a token, and to a password. */
const generic = {
  imap: ['a NO AUTHENTICATE failed.'],
  pop3: ['-ERR Authentication failure: unknown user name or bad password.'],
  smtp: ['535 5.7.3 Authentication unsuccessful [localhost]'],
} satisfies Answers
const notConnected = {
  ...generic,
  imap: ['a OK AUTHENTICATE completed.', 'b BAD User is authenticated but not connected.'],
}
const badPassword = {
  imap: ['a NO LOGIN failed.'],
  pop3: ['-ERR Logon failure: unknown user name or bad password.'],
  smtp: ['535 5.7.3 Authentication unsuccessful [localhost]'],
} satisfies Answers

const granted: Readonly<Record<Protocol, RegExp>> = { imap: /^(a OK|\* NAMESPACE) /, pop3: /^\+OK /, smtp: /^235 / }

interface Mistake {
  readonly what: string
  /** Makes everything right but for the mistake, and answers how the program signs in, now and when that is fixed. */
  readonly make: (person: UserSetup, protocol: Protocol) => Promise<() => Promise<readonly string[]>>
  readonly said: Answers
  readonly failed: string
  readonly evidence: string
  /** How it signs in once it is fixed, where that is another way. */
  readonly fixed?: (person: UserSetup, protocol: Protocol) => Promise<readonly string[]>
}

const mistakes: readonly Mistake[] = [
  {
    what: 'a token for a person, without the scope of the protocol',
    async make(person, protocol) {
      await person.consent('EWS.AccessAsUser.All')
      const token = await person.token('EWS.AccessAsUser.All')
      return () => person.signIn(protocol, token)
    },
    fixed: async (person, protocol) => person.signIn(protocol, await person.token(scopes[protocol])),
    said: generic,
    failed: 'role',
    evidence: 'The token carries the scopes EWS.AccessAsUser.All and not ',
  },
  {
    what: 'a token for a person who was disabled',
    async make(person, protocol) {
      await person.consent(scopes[protocol])
      const token = await person.token(scopes[protocol])
      await person.server.json('Update-MgUser', person.id, '-AccountEnabled', 'false')
      return () => person.signIn(protocol, token)
    },
    said: generic,
    failed: 'user',
    evidence: 'is disabled.',
  },
  {
    what: 'a token for a person whose program was disabled',
    async make(person, protocol) {
      await person.consent(scopes[protocol])
      const token = await person.token(scopes[protocol])
      const disabled = ['-ServicePrincipalId', person.principal, '-AccountEnabled', 'false']
      await person.server.json('Update-MgServicePrincipal', ...disabled)
      return () => person.signIn(protocol, token)
    },
    said: generic,
    failed: 'servicePrincipal',
    evidence: 'is disabled.',
  },
  {
    what: 'a token for a person, and a shared mailbox that they have no FullAccess to',
    async make(person, protocol) {
      await person.consent(scopes[protocol])
      const [token, shared] = [await person.token(scopes[protocol]), await person.shared()]
      return () => person.signIn(protocol, token, shared)
    },
    said: notConnected,
    failed: 'mailboxPermission',
    evidence: 'which is not their own',
  },
  {
    what: 'a password, where no policy takes any',
    make: async (person, protocol) => () => person.logIn(protocol),
    said: {
      ...badPassword,
      smtp: ['535 5.7.139 Authentication unsuccessful, basic authentication is disabled. [localhost]'],
    },
    failed: 'basicAuthentication',
    evidence: 'No authentication policy counts for ',
  },
  {
    what: 'a wrong password',
    async make(person, protocol) {
      await person.allow(protocol)
      return () => person.logIn(protocol, 'a guess')
    },
    fixed: (person, protocol) => person.logInAgain(protocol),
    said: badPassword,
    failed: 'user',
    evidence: 'is wrong.',
  },
  {
    what: 'a password, and a protocol that is off for the mailbox',
    async make(person, protocol) {
      await person.allow(protocol)
      await person.server.json('Set-CASMailbox', person.address, ...switches[protocol])
      return () => person.logIn(protocol)
    },
    said: { ...badPassword, smtp: [submissionIsOff] },
    failed: 'protocolEnabled',
    evidence: 'is off for the mailbox ',
  },
  {
    what: 'a password, and a shared mailbox without FullAccess',
    async make(person, protocol) {
      await person.allow(protocol)
      const shared = await person.shared()
      return () => person.logIn(protocol, undefined, `/${shared.split('@')[0]}`)
    },
    said: badPassword,
    failed: 'mailboxPermission',
    evidence: 'which is not their own',
  },
]

describe('the commonest mistakes of people and of programs that come for them', () => {
  let server: RunningServer
  let admin: Administrator
  beforeAll(async () => {
    server = await RunningServer.start({ profile: 'exchange-online', 'auth.basic': 'policy', 'entra.ropc': 'true' })
    admin = new Administrator(server.ready)
  })
  afterAll(async () => {
    admin.close()
    await server.close()
  })

  async function refusedThenFixed(protocol: Protocol, mistake: Mistake): Promise<void> {
    const person = await UserSetup.open(server, admin)
    const signIn = await mistake.make(person, protocol)
    const said = await signIn()
    expect(said).toEqual(mistake.said[protocol])
    const explained = await person.explain()
    expect(explained).toMatchObject({ outcome: 'refused', protocol, failed: mistake.failed })
    expect(said.at(-1)!.replace(/^[ab] /, '')).toBe(explained.wire)
    expect(explained.checks.at(-1)!.evidence).toContain(mistake.evidence)
    await person.fixUntil(async () => {
      const answers = await (mistake.fixed ? mistake.fixed(person, protocol) : signIn())
      return granted[protocol].test(answers.at(-1)!)
    })
  }

  it.each(mistakes.map((it) => [it.what, it] as const))(
    '%s: said as there, explained, and fixed by the commands that are named',
    async (_, mistake) => {
      for (const protocol of protocols) await refusedThenFixed(protocol, mistake)
    },
  )

  it('a password that a plan has ended is refused, explained, and enabled again by the printed command', async () => {
    const [past, later] = [-1, 30].map((days) => new Date(Date.now() + days * DAY).toISOString())
    const dates = ['-Imap', past!, '-Pop', past!, '-Smtp', past!, '-CutOff', later!]
    await server.json('New-BasicAuthRetirementPlan', ...dates)
    const ended: Mistake = {
      what: 'the plan has ended it',
      async make(person, protocol) {
        await person.allow(protocol)
        return () => person.logIn(protocol)
      },
      said: { ...badPassword, smtp: ['550 5.7.30 Basic authentication is not supported for Client Submission.'] },
      failed: 'basicAuthentication',
      evidence: "The organization's retirement plan ended basic authentication over ",
    }
    for (const protocol of protocols) await refusedThenFixed(protocol, ended)
  })
})
