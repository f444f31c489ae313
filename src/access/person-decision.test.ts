import { describe, expect, it } from 'vitest'
import { openAccess, type OpenAccess } from '../../test/support/access.ts'
import { newMailbox, type RegisteredApp, registerApp } from '../../test/support/directory.ts'
import { product } from '../../test/support/server-process.ts'
import type { Profile } from '../core/profile.ts'
import type { CheckName } from '../domain/audit/types.ts'
import type { MailboxRecord, User } from '../domain/directory/types.ts'
import type { Access, MailProtocol } from './types.ts'

/** The directory's facts about one user and one app. */
interface DecisionCase {
  readonly consent: 'own' | "everybody's" | "another's" | 'of another scope' | 'none'
  readonly principal: 'enabled' | 'disabled' | 'removed'
  readonly user: 'enabled' | 'disabled'
  readonly mailbox: 'own' | 'own, denied' | 'shared' | 'shared, denied' | 'shared, other right' | "another's"
  readonly enabled: boolean
}

/** The token that the program presents. */
interface Shown {
  readonly token: 'good' | 'expired'
  readonly audience: string
  readonly claimed: boolean
}

const protocols = {
  imap: { scope: 'IMAP.AccessAsUser.All', other: 'POP.AccessAsUser.All', switched: { imapEnabled: false } },
  pop3: { scope: 'POP.AccessAsUser.All', other: 'SMTP.Send', switched: { popEnabled: false } },
  // Submission has no switch of its own.
  smtp: { scope: 'SMTP.Send', other: 'IMAP.AccessAsUser.All', switched: {} },
} as const

const GRAPH = 'https://graph.microsoft.com'

/** The rules once more, said differently: by what has to be so, from the last check to the first. */
function expectedFailure(
  protocol: MailProtocol,
  profile: Profile,
  standing: DecisionCase,
  shown: Shown,
): CheckName | undefined {
  const consented = standing.consent === 'own' || standing.consent === "everybody's"
  let failure: CheckName | undefined
  if (standing.mailbox !== 'own' && standing.mailbox !== 'shared') failure = 'mailboxPermission'
  if (!standing.enabled && protocol !== 'smtp') failure = 'protocolEnabled'
  if (standing.user === 'disabled') failure = 'user'
  if (standing.principal !== 'enabled') failure = 'servicePrincipal'
  if (profile === 'standards' && !consented && standing.principal !== 'removed') failure = 'role'
  if (!shown.claimed) failure = 'role'
  // Graph carries scopes of the same names (docs/reference/identity.md §3).
  if (shown.audience === GRAPH) failure = 'audience'
  if (shown.token === 'expired') failure = 'token'
  return failure
}

const good: DecisionCase = {
  consent: 'own',
  principal: 'enabled',
  user: 'enabled',
  mailbox: 'own',
  enabled: true,
}

/** Up to two things differ from what is good: what fails first hides no more than one other. */
const standings = [
  ...product<DecisionCase>({
    consent: ['own', "everybody's", "another's", 'of another scope', 'none'],
    principal: ['enabled', 'disabled', 'removed'],
    user: ['enabled', 'disabled'],
    mailbox: ['own', 'own, denied', 'shared', 'shared, denied', 'shared, other right', "another's"],
    enabled: [true, false],
  }),
].filter(
  (standing) =>
    Object.entries(standing).filter(([name, value]) => value !== good[name as keyof DecisionCase]).length <= 2,
)

const showings: readonly Shown[] = [
  ...product<Shown>({
    token: ['good'],
    audience: ['https://outlook.office.com', 'https://outlook.office365.com', GRAPH],
    claimed: [true, false],
  }),
  { token: 'expired', audience: 'https://outlook.office.com', claimed: true },
]

async function arrange(context: OpenAccess, standing: DecisionCase, protocol: MailProtocol, count: number) {
  const { directory, tenant } = context
  const registered = await registerApp(context)
  const own = await directory.mailboxes.create(tenant.id, {
    ...newMailbox(`p${count}`),
    type: standing.user === 'enabled' ? 'UserMailbox' : 'SharedMailbox',
  })
  const user = (await directory.users.find(tenant.id, own.userPrincipalName))!
  const mailbox = standing.mailbox.startsWith('own')
    ? own
    : await directory.mailboxes.create(tenant.id, newMailbox(`s${count}`))
  const { scope, other, switched } = protocols[protocol]
  if (standing.consent === 'own') await context.consentTo(registered, ['Mail.Read', scope], user.id)
  if (standing.consent === "everybody's") await context.consentTo(registered, [scope])
  if (standing.consent === 'of another scope') await context.consentTo(registered, [other], user.id)
  if (standing.consent === "another's") {
    const somebodyElse = await directory.mailboxes.create(tenant.id, newMailbox(`e${count}`))
    await context.consentTo(registered, [scope], somebodyElse.externalDirectoryObjectId)
  }
  await permit(context, user, mailbox, standing)
  if (!standing.enabled) await directory.mailboxes.update(tenant.id, mailbox.id, switched)
  const { id } = registered.principal
  if (standing.principal === 'disabled') {
    await directory.servicePrincipals.update(tenant.id, id, { accountEnabled: false })
  }
  if (standing.principal === 'removed') await directory.servicePrincipals.remove(tenant.id, id)
  return { registered, user, mailbox }
}

async function permit({ directory, tenant }: OpenAccess, user: User, mailbox: MailboxRecord, standing: DecisionCase) {
  const trustee = (await directory.permissions.trustee(tenant.id, user.userPrincipalName))!
  const grant = { trustee, inheritanceType: 'All' } as const
  const right = standing.mailbox === 'shared, other right' ? 'ReadPermission' : 'FullAccess'
  if (standing.mailbox.startsWith('shared')) {
    await directory.permissions.add(mailbox, { ...grant, accessRights: [right], deny: false })
  }
  if (standing.mailbox.endsWith('denied')) {
    await directory.permissions.add(mailbox, { ...grant, accessRights: ['FullAccess'], deny: true })
  }
}

const bearerOf = (context: OpenAccess, registered: RegisteredApp, user: User, shown: Shown, scope: string) =>
  context.userTokenFor(registered, user, {
    audience: shown.audience,
    scopes: shown.claimed ? ['Mail.Read', scope] : ['Mail.Read', 'IMAP.AccessAsApp'],
    lifetime: shown.token === 'expired' ? -60 : 3600,
  })

async function failureOf(
  access: Access,
  protocol: MailProtocol,
  bearer: string,
  { primarySmtpAddress }: MailboxRecord,
) {
  const entry = await access.enter({
    credential: { bearer },
    protocol,
    address: primarySmtpAddress,
    from: '192.0.2.7',
  })
  if (entry.granted) entry.leave()
  return entry.granted ? undefined : entry.failed
}

describe.each(['imap', 'pop3', 'smtp'] as const)('the decision about a person over %s', (protocol) => {
  it('opens what the app and the person may both open, and nothing else', async () => {
    const context = await openAccess('standards')
    const judges = [
      { profile: 'standards', access: context.access },
      { profile: 'exchange-online', access: context.accessAs('exchange-online') },
    ] as const
    let granted = 0
    for (const [count, standing] of standings.entries()) {
      const { registered, user, mailbox } = await arrange(context, standing, protocol, count)
      for (const shown of showings) {
        const bearer = await bearerOf(context, registered, user, shown, protocols[protocol].scope)
        for (const { profile, access } of judges) {
          const failed = await failureOf(access, protocol, bearer, mailbox)
          const expected = expectedFailure(protocol, profile, standing, shown)
          expect(failed, JSON.stringify({ profile, standing, shown })).toBe(expected)
          if (!failed) granted++
        }
      }
    }
    // Two mailboxes open with two audiences, after two consents in `standards` and any of five in `exchange-online`.
    const switchedOn = (2 + 5) * 2 * 2
    expect(granted).toBe(protocol === 'smtp' ? switchedOn + 18 : switchedOn)
  }, 120_000)
})
