import type { AccessPolicy, MailboxRecord } from '../../domain/directory/types.ts'
import { judgePolicies } from '../access-policies.ts'
import { addGroup, addGroupMember, removePolicy, restrictTo } from '../command-line.ts'
import { failed, type GraphSubject, type LinkOfDecision, passed } from './link.ts'
import { theMailbox } from './mailbox.ts'

/** contract/exchange-admin §6: what keeps the app to some mailboxes, or off them. IMAP4, POP3 and SMTP do not ask. */
export const applicationAccessPolicy: LinkOfDecision<GraphSubject> = {
  name: 'applicationAccessPolicy',
  async judge(subject) {
    const { directory, facts, claims } = subject
    const mailbox = await theMailbox(subject)
    const policies = await facts.accessPolicies()
    const { granted, by } = await judgePolicies(policies, (policy) => directory.accessPolicies.covers(policy, mailbox))
    const address = mailbox.primarySmtpAddress
    if (granted) {
      return passed(
        by.length > 0
          ? `The mailbox ${address} is in the scope of ${inWords(by[0]!)}.`
          : `No application access policy for the app ${claims.appid} denies the mailbox ${address}.`,
      )
    }
    const [first] = by
    return first!.accessRight === 'DenyAccess'
      ? failed(
          `The mailbox ${address} is in the scope of ${inWords(first!)}, which denies it whatever else is granted.`,
          ...by.map(({ identity }) => removePolicy(identity)),
        )
      : failed(
          `The mailbox ${address} is outside of ${by.map(inWords).join(', ')}: the app opens the mailboxes in there and no others.`,
          ...(await admit(subject, mailbox, by)),
        )
  },
}

const inWords = ({ appId, accessRight, scope }: AccessPolicy): string =>
  `the application access policy ${accessRight} of ${appId === '*' ? 'every app' : `the app ${appId}`} on '${scope.name}'`

/** Through a group that there is already, or with a restriction of its own, for which a shared mailbox needs a group. */
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
