import { beforeAll, afterAll, describe, expect, it } from 'vitest'
import { exchangeOnline } from '../../src/core/well-known/exchange-online.ts'
import { RunningServer } from '../support/command-line.ts'
import type { Protocol } from './client-setup.ts'
import { AppSetup } from './app-setup.ts'

const profiles = ['standards', 'exchange-online'] as const
const protocols = ['imap', 'pop3', 'smtp'] as const

/** docs/reference/exchange-admin.md §10.4: said in so many words, whichever way the program signs in. */
const off = (whose: string) => ({
  smtp: [
    `535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the ${whose}. Visit https://aka.ms/smtp_auth_disabled for more information. [localhost]`,
  ],
})
const submissionIsOff = { 'off for the mailbox': off('Mailbox'), 'off for the tenant': off('Tenant') }

/** The answers to mistakes with the generic failure, and to mistakes about the mailbox. */
const refusals = {
  standards: {
    generic: {
      imap: ['a NO [AUTHENTICATIONFAILED] AUTHENTICATE failed.'],
      pop3: ['-ERR [AUTH] Authentication failed'],
      smtp: ['535 5.7.8 Authentication failed'],
    },
    mailbox: {
      imap: ['a NO [AUTHORIZATIONFAILED] You have no access to that mailbox.'],
      pop3: ['-ERR [SYS/PERM] The mailbox cannot be opened'],
      smtp: ['535 5.7.1 The mailbox cannot be opened'],
    },
    ...submissionIsOff,
  },
  'exchange-online': {
    generic: {
      imap: ['a NO AUTHENTICATE failed.'],
      pop3: ['-ERR Authentication failure: unknown user name or bad password.'],
      smtp: ['535 5.7.3 Authentication unsuccessful [localhost]'],
    },
    mailbox: {
      imap: ['a OK AUTHENTICATE completed.', 'b BAD User is authenticated but not connected.'],
      pop3: ['-ERR Authentication failure: unknown user name or bad password.'],
      smtp: ['535 5.7.3 Authentication unsuccessful [localhost]'],
    },
    ...submissionIsOff,
  },
} as const

interface Mistake {
  /** The row of docs/reference/exchange-admin.md §13; missing for checks that no row is about. */
  readonly row?: number
  readonly what: string
  /** Makes everything right but for the mistake, and answers what the program shows. */
  readonly make: (scene: AppSetup) => Promise<{ token: string; mailbox?: string }>
  readonly said: keyof (typeof refusals)['standards']
  readonly failed: string
  readonly evidence: (scene: AppSetup) => readonly string[]
  readonly over?: readonly Protocol[]
}

const mistakes: readonly Mistake[] = [
  {
    row: 1,
    what: 'the app registration’s object id is given as -ObjectId',
    async make(scene) {
      await scene.consent()
      await scene.createServicePrincipal(scene.app.id)
      await scene.addMailboxPermission()
      return { token: await scene.token() }
    },
    said: 'generic',
    failed: 'exchangeServicePrincipal',
    evidence: ({ app, principal }) => [
      `has ObjectId ${app.id}, which is the object id of the app registration and not of its service principal`,
      `Expected: ${principal}`,
    ],
  },
  {
    row: 2,
    what: 'New-ServicePrincipal was never run',
    async make(scene) {
      await scene.consent()
      return { token: await scene.token() }
    },
    said: 'generic',
    failed: 'exchangeServicePrincipal',
    evidence: ({ app }) => [`no service principal with AppId ${app.appId}`, 'New-ServicePrincipal was not run'],
  },
  {
    row: 3,
    what: 'the administrator did not consent',
    async make(scene) {
      await scene.createServicePrincipal()
      await scene.addMailboxPermission()
      return { token: await scene.token() }
    },
    said: 'generic',
    failed: 'role',
    evidence: ({ principal }) => ['The token carries no roles.', `consented to for the service principal ${principal}`],
  },
  {
    row: 3,
    what: 'permissions were added after the token',
    async make(scene) {
      await scene.createServicePrincipal()
      await scene.addMailboxPermission()
      const token = await scene.token()
      await scene.consent()
      return { token }
    },
    said: 'generic',
    failed: 'role',
    evidence: () => ['it was issued before', 'A new token will carry it.'],
  },
  {
    row: 4,
    what: 'the token is for Microsoft Graph',
    async make(scene) {
      await scene.grant()
      return { token: await scene.token('https://graph.microsoft.com/.default') }
    },
    said: 'generic',
    failed: 'audience',
    evidence: () => [
      "audience is 'https://graph.microsoft.com', which names Microsoft Graph",
      "'https://outlook.office365.com'",
    ],
  },
  {
    row: 6,
    what: 'the delegated permission is asked for, and client credentials are used',
    async make(scene) {
      await scene.createServicePrincipal()
      await scene.addMailboxPermission()
      const access = { resourceAppId: exchangeOnline.appId, resourceAccess: delegated }
      await scene.server.json('Update-MgApplication', scene.app.id, '-RequiredResourceAccess', JSON.stringify([access]))
      return { token: await scene.token() }
    },
    said: 'generic',
    failed: 'role',
    evidence: () => ['a delegated permission: it counts when a person signs in, never for an app by itself'],
  },
  {
    row: 9,
    what: 'FullAccess is missing',
    async make(scene) {
      await scene.consent()
      await scene.createServicePrincipal()
      return { token: await scene.token() }
    },
    said: 'mailbox',
    failed: 'mailboxPermission',
    evidence: ({ principal, mailbox }) => [
      `The service principal ${principal} has no FullAccess to the mailbox ${mailbox}`,
    ],
  },
  {
    row: 9,
    what: 'user= names another mailbox',
    async make(scene) {
      await scene.grant()
      const other = await AppSetup.open(scene.server)
      return { token: await scene.token(), mailbox: other.mailbox }
    },
    said: 'mailbox',
    failed: 'mailboxPermission',
    evidence: () => ['it has no entry there'],
  },
  {
    row: 12,
    what: 'the protocol is switched off for the mailbox',
    async make(scene) {
      await scene.grant()
      await scene.server.json('Set-CASMailbox', scene.mailbox, '-ImapEnabled', 'false', '-PopEnabled', 'false')
      return { token: await scene.token() }
    },
    said: 'mailbox',
    failed: 'protocolEnabled',
    evidence: ({ mailbox }) => [`is off for the mailbox ${mailbox}`],
    over: ['imap', 'pop3'],
  },
  {
    row: 25,
    what: 'the user has no mailbox yet',
    async make(scene) {
      await scene.grant()
      const mailbox = scene.mailbox.replace('box', 'early')
      return { token: await scene.token(), mailbox }
    },
    said: 'mailbox',
    failed: 'mailbox',
    evidence: ({ mailbox }) => [`No mailbox in the tenant`, mailbox.replace('box', 'early')],
  },
  {
    row: 25,
    what: 'the user is there, and their mailbox is not provisioned',
    async make(scene) {
      await scene.consent()
      await scene.createServicePrincipal()
      const early = scene.mailbox.replace('box', 'hired')
      const names = ['-DisplayName', early, '-UserPrincipalName', early, '-MailNickname', early.split('@')[0]!]
      const password = JSON.stringify({ password: 'Correct horse battery staple' })
      await scene.server.json('New-MgUser', ...names, '-AccountEnabled', '-PasswordProfile', password)
      return { token: await scene.token(), mailbox: early }
    },
    said: 'mailbox',
    failed: 'mailbox',
    evidence: ({ mailbox }) => [`The user '${mailbox.replace('box', 'hired')}' has no mailbox.`],
  },
  {
    what: 'FullAccess is denied, though it is allowed as well',
    async make(scene) {
      await scene.grant()
      const denial = ['-User', scene.app.appId, '-AccessRights', 'FullAccess', '-Deny']
      await scene.server.json('Add-MailboxPermission', scene.mailbox, ...denial)
      return { token: await scene.token() }
    },
    said: 'mailbox',
    failed: 'mailboxPermission',
    evidence: ({ principal, mailbox }) => [
      `FullAccess to the mailbox ${mailbox} is denied to the service principal ${principal}`,
    ],
  },
  {
    row: 12,
    what: 'submission is switched off for the mailbox',
    async make(scene) {
      await scene.grant()
      await scene.server.json('Set-CASMailbox', scene.mailbox, '-SmtpClientAuthenticationDisabled', 'true')
      return { token: await scene.token() }
    },
    said: 'off for the mailbox',
    failed: 'protocolEnabled',
    evidence: ({ mailbox }) => [`SMTP is off for the mailbox ${mailbox}: its SmtpClientAuthenticationDisabled is true`],
    over: ['smtp'],
  },
  {
    row: 13,
    what: 'submission is switched off for the tenant, and $null on the mailbox is taken for on',
    async make(scene) {
      await scene.grant()
      await scene.server.json('Set-TransportConfig', '-SmtpClientAuthenticationDisabled', 'true')
      const shown = await scene.server.json('Get-CASMailbox', scene.mailbox)
      expect(shown['SmtpClientAuthenticationDisabled']).toBeNull()
      return { token: await scene.token() }
    },
    said: 'off for the tenant',
    failed: 'protocolEnabled',
    evidence: ({ mailbox }) => ['SMTP is off for the tenant', `that of the mailbox ${mailbox} is not set`],
    over: ['smtp'],
  },
  {
    what: 'the role that Exchange assigned for submission is not in force',
    async make(scene) {
      await scene.createServicePrincipal()
      const { Name } = await scene.assign('Application SMTP.SendAsApp')
      await scene.server.json('Set-ManagementRoleAssignment', Name, '-Enabled', 'false')
      return { token: await scene.token() }
    },
    said: 'generic',
    failed: 'roleAssignment',
    evidence: () => ['The token carries no SMTP.SendAsApp', 'is not in force: Enabled is false'],
    over: ['smtp'],
  },
  {
    what: 'the scope of the role that Exchange assigned for submission has not the mailbox',
    async make(scene) {
      await scene.createServicePrincipal()
      const filter = ['-RecipientRestrictionFilter', "Alias -eq 'elsewhere'"]
      await scene.server.json('New-ManagementScope', '-Name', scene.app.id, ...filter)
      await scene.assign('Application SMTP.SendAsApp', '-CustomResourceScope', scene.app.id)
      return { token: await scene.token() }
    },
    said: 'mailbox',
    failed: 'managementScope',
    evidence: ({ app }) => ['is in scope of no role assignment of the app', `the management scope '${app.id}'`],
    over: ['smtp'],
  },
  {
    what: 'the token was changed on its way',
    async make(scene) {
      await scene.grant()
      const [header, claims, signature] = (await scene.token()).split('.') as [string, string, string]
      return { token: [header, claims, signature.replace(/^./, (first) => (first === 'A' ? 'B' : 'A'))].join('.') }
    },
    said: 'generic',
    failed: 'token',
    evidence: () => ['it was changed or forged'],
  },
  {
    what: 'the service principal is disabled',
    async make(scene) {
      await scene.grant()
      const token = await scene.token()
      const disabled = ['-ServicePrincipalId', scene.principal, '-AccountEnabled', 'false']
      await scene.server.json('Update-MgServicePrincipal', ...disabled)
      return { token }
    },
    said: 'generic',
    failed: 'servicePrincipal',
    evidence: ({ principal }) => [`The service principal ${principal} of the app`, 'is disabled'],
  },
]

const delegated = exchangeOnline.oauth2PermissionScopes
  .filter(({ value }) => ['IMAP.AccessAsUser.All', 'POP.AccessAsUser.All', 'SMTP.Send'].includes(value))
  .map(({ id }) => ({ id, type: 'Scope' }))

type Answers = Readonly<Partial<Record<Protocol, readonly string[]>>>
const answersTo = ({ said }: Mistake, profile: keyof typeof refusals): Answers => refusals[profile][said]

/** IMAP4 says the same behind a tag. */
const untagged = (answer: string): string => answer.replace(/^[ab] /, '')

const granted: Readonly<Record<Protocol, RegExp>> = { imap: /^\* NAMESPACE /, pop3: /^\+OK /, smtp: /^235 / }

describe.each(profiles)('the commonest mistakes in %s', (profile) => {
  let server: RunningServer
  beforeAll(async () => {
    server = await RunningServer.start({ profile })
  })
  afterAll(() => server.close())

  it.each(mistakes.map((it) => [`${it.row === undefined ? 'no row' : `row ${it.row}`}, ${it.what}`, it] as const))(
    '%s: said as there, explained, and fixed by the commands that are named',
    async (_, mistake) => {
      for (const protocol of mistake.over ?? protocols) {
        const scene = await AppSetup.open(server)
        const { token, mailbox } = await mistake.make(scene)
        const said = await scene.signIn(protocol, token, mailbox)
        expect(said).toEqual(answersTo(mistake, profile)[protocol])
        const explained = await scene.explain()
        expect(explained).toMatchObject({ outcome: 'refused', protocol, failed: mistake.failed })
        expect(untagged(said.at(-1)!)).toBe(explained.wire)
        for (const words of mistake.evidence(scene)) expect(explained.checks.at(-1)!.evidence).toContain(words)
        expect(await scene.recorded(explained.signInId)).toEqual(explained)
        await scene.fixUntil(async () => {
          const answers = await scene.signIn(protocol, await scene.token(), mailbox)
          return granted[protocol].test(answers.at(-1)!)
        })
      }
    },
  )
})
