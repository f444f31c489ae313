import type { AccessPolicy, MailboxRecord } from '../../domain/directory/types.ts'
import { addGroup, addGroupMember, removePolicy, restrictTo } from '../records/command-line.ts'
import { assignmentOver, assignmentsFor, inForce } from './assignments.ts'
import { type CheckOfDecision, failed, type GraphSubject, passed } from './check.ts'
import { theMailbox } from './mailbox.ts'

interface PolicyVerdict {
  readonly granted: boolean
  /** The policies that decide; empty if no policy names the app. */
  readonly by: readonly AccessPolicy[]
}

/**
 * docs/reference/exchange-admin.md §6: restricts an app with a consent for mail to some mailboxes, or excludes it from
 * some. Does not apply to IMAP4, POP3, SMTP and roles of Exchange (docs/decisions/access-policies.md).
 */
export const applicationAccessPolicy: CheckOfDecision<GraphSubject> = {
  name: 'applicationAccessPolicy',
  async judge(subject) {
    const { claims } = subject
    const mailbox = await theMailbox(subject)
    const { granted, by } = await policiesOn(subject, mailbox)
    const address = mailbox.primarySmtpAddress
    if (granted) {
      return passed(
        by.length > 0
          ? `The mailbox ${address} is in the scope of ${inWords(by[0]!)}.`
          : `No application access policy for the app ${claims.appid} denies the mailbox ${address}.`,
      )
    }
    const [first] = by
    const neither = await noRoleEither(subject)
    return first!.accessRight === 'DenyAccess'
      ? failed(
          `The mailbox ${address} is in the scope of ${inWords(first!)}, which denies it whatever else is consented to.${neither}`,
          ...by.map(({ identity }) => removePolicy(identity)),
        )
      : failed(
          `The mailbox ${address} is outside of ${by.map(inWords).join(', ')}: the app opens the mailboxes in there and no others.${neither}`,
          ...(await admit(subject, mailbox, by)),
        )
  },
}

/**
 * A policy does not restrict access that a management role grants; the existing policies do not include the mailbox.
 */
async function noRoleEither(subject: GraphSubject): Promise<string> {
  const [first] = inForce(subject, await assignmentsFor(subject))
  return first
    ? ` The role assignment '${first.name}', which no policy restricts, does not have the mailbox in its scope.`
    : ''
}

/** Whether policies exclude the consent from the mailbox, but a role of Exchange opens it. */
export async function opensPastPolicies(subject: GraphSubject): Promise<boolean> {
  const mailbox = await subject.mailbox()
  if (!mailbox || (await policiesOn(subject, mailbox)).granted) return false
  return (await assignmentOver(subject, mailbox)) !== undefined
}

async function policiesOn({ directory, facts }: GraphSubject, mailbox: MailboxRecord): Promise<PolicyVerdict> {
  const policies = await facts.accessPolicies()
  return judgePolicies(policies, (policy) => directory.accessPolicies.covers(policy, mailbox))
}

const inWords = ({ appId, accessRight, scope }: AccessPolicy): string =>
  `the application access policy ${accessRight} of ${appId === '*' ? 'every app' : `the app ${appId}`} on '${scope.name}'`

/** Uses an existing group, or creates a restriction, which needs a group for a shared mailbox. */
async function admit(
  { directory, claims }: GraphSubject,
  { type, alias, primarySmtpAddress: address }: MailboxRecord,
  by: readonly AccessPolicy[],
): Promise<readonly string[]> {
  for (const { scope } of by) {
    const group = await directory.groups.find(claims.tid, scope.id)
    if (group) return [addGroupMember(group.primarySmtpAddress, address)]
  }
  if (type === 'UserMailbox') return [restrictTo(claims.appid, address)]
  const name = `${alias.slice(0, 57)}-group`
  return [addGroup(name, address), restrictTo(claims.appid, name)]
}

/**
 * docs/reference/exchange-admin.md §6, in this order: a denial that covers the mailbox denies; a restriction that
 * covers it grants; a restriction that does not cover it denies; without a policy the app has access.
 */
export async function judgePolicies(
  policies: readonly AccessPolicy[],
  covers: (policy: AccessPolicy) => Promise<boolean>,
): Promise<PolicyVerdict> {
  const covering = new Set<AccessPolicy>()
  for (const policy of policies) if (await covers(policy)) covering.add(policy)
  const denying = [...covering].filter(({ accessRight }) => accessRight === 'DenyAccess')
  if (denying.length > 0) return { granted: false, by: denying }
  const restricting = policies.filter(({ accessRight }) => accessRight === 'RestrictAccess')
  const within = restricting.filter((policy) => covering.has(policy))
  return within.length > 0 ? { granted: true, by: within } : { granted: restricting.length === 0, by: restricting }
}
