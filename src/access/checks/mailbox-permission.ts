import type { MailboxId } from '../../core/ids.ts'
import type { Directory, HeldPermission } from '../../domain/directory/types.ts'
import { assignmentsFor } from './assignments.ts'
import {
  type AppSubject,
  type CheckOfDecision,
  type CheckTarget,
  failed,
  type Opening,
  passed,
  type PersonSubject,
  notYetEffective,
} from './check.ts'
import { allowMailbox, liftDenial } from '../records/command-line.ts'
import { theMailbox } from './mailbox.ts'

/** The Exchange service principal must have FullAccess and no denial of it. A denial takes precedence. */
export const mailboxPermission: CheckOfDecision<AppSubject & Opening> = {
  name: 'mailboxPermission',
  async judge(subject) {
    const { directory, facts, claims, simulated } = subject
    const { id, primarySmtpAddress: address } = await theMailbox(subject)
    const principal = await facts.exchangePrincipal()
    const entries = principal ? await directory.permissions.ofServicePrincipal(id, principal.guid) : []
    const entry = (deny: boolean) => entries.find((it) => it.deny === deny && it.accessRights.includes('FullAccess'))
    const allowing = entry(false)
    const allow = allowing ? [] : [allowMailbox(address, claims.oid)]
    if (entry(true)) {
      return failed(
        `FullAccess to the mailbox ${address} is denied to the service principal ${claims.oid}.${await skippedCheck(subject)}`,
        liftDenial(address, claims.oid),
        ...allow,
      )
    }
    const waiting = allowing && notYetEffective(subject.rules.propagation, allowing.since)
    if (waiting)
      return failed(`FullAccess of the service principal ${claims.oid} to the mailbox ${address} ${waiting}.`)
    return allowing
      ? passed(
          `The service principal ${claims.oid} has FullAccess to the mailbox ${address}.${simulated ? await skippedCheck(subject) : ''}`,
        )
      : failed(
          `The service principal ${claims.oid} has no FullAccess to the mailbox ${address}; ${heldInstead(entries)}.${await openToGroups(directory, id, 'and a service principal is in no group')}${await skippedCheck(subject)}`,
          ...allow,
        )
  },
}

const heldInstead = (entries: readonly { accessRights: readonly string[]; deny: boolean }[]): string => {
  const allowed = entries.filter(({ deny }) => !deny).flatMap(({ accessRights }) => accessRights)
  return allowed.length > 0 ? `it has ${allowed.join(', ')}` : 'it has no entry there'
}

/**
 * Passes for the user's own mailbox, and for one on which the user or a group of the user has FullAccess. A denial
 * takes precedence.
 */
export const ownOrPermitted: CheckOfDecision<PersonSubject & CheckTarget> = {
  name: 'mailboxPermission',
  async judge(subject) {
    const { directory, claims } = subject
    const { id, primarySmtpAddress: address, externalDirectoryObjectId: owner } = await theMailbox(subject)
    const entries = (await directory.permissions.ofUser(id, claims.oid)).filter(({ accessRights }) =>
      accessRights.includes('FullAccess'),
    )
    const denying = entries.filter(({ deny }) => deny)
    // With a propagation delay, the earliest grant takes effect first.
    const [allowing] = entries.filter(({ deny }) => !deny).toSorted((one, other) => one.since - other.since)
    const own = owner === claims.oid
    const allow = own || allowing ? [] : [allowMailbox(address, claims.upn)]
    const [denied] = denying
    if (denied) {
      return failed(
        `FullAccess to the mailbox ${address} is denied to ${holder(denied, claims.upn)}.`,
        ...denying.map(({ through }) => liftDenial(address, through?.id ?? claims.oid)),
        ...allow,
      )
    }
    if (own) return passed(`The mailbox ${address} is the user's own.`)
    const waiting = allowing && notYetEffective(subject.rules.propagation, allowing.since)
    if (waiting) return failed(`FullAccess of ${holder(allowing, claims.upn)} to the mailbox ${address} ${waiting}.`)
    return allowing
      ? passed(
          `The user ${claims.upn} has FullAccess to the mailbox ${address}${allowing.through ? ` through the group '${allowing.through.name}'` : ''}.`,
        )
      : failed(
          `The user ${claims.upn} has no FullAccess to the mailbox ${address}, which is not their own.${await openToGroups(directory, id, 'and the user is in none of them')}`,
          ...allow,
        )
  },
}

const holder = ({ through }: HeldPermission, upn: string): string =>
  through ? `the group '${through.name}' (the user ${upn} is in it)` : `the user ${upn}`

/** The most groups that the evidence names. */
const NAMED = 3

/**
 * The groups whose members can open the mailbox, and why the refused caller cannot; empty if there are no such groups.
 */
async function openToGroups(
  { permissions }: Pick<Directory, 'permissions'>,
  mailbox: MailboxId,
  why: string,
): Promise<string> {
  const names = (await permissions.on(mailbox)).flatMap(({ trustee, deny, accessRights }) =>
    trustee.kind === 'group' && !deny && accessRights.includes('FullAccess') ? [`'${trustee.name}'`] : [],
  )
  if (names.length === 0) return ''
  const more = names.length > NAMED ? ` and ${names.length - NAMED} more` : ''
  return ` It is open to the members of ${names.slice(0, NAMED).join(', ')}${more}, ${why}.`
}

const protocolName = { imap: 'IMAP4', pop3: 'POP3', smtp: 'submission' } as const

/**
 * docs/reference/exchange-admin.md §13, rows 19 and 20: rights that an administrator may have granted to the app, but
 * that do not count for this protocol. Empty if it has no such right.
 */
export async function skippedCheck(subject: AppSubject & Opening): Promise<string> {
  const { facts, protocol } = subject
  const [policies, roles] = await Promise.all([facts.accessPolicies(), facts.managementRoles()])
  const byConsent = protocol === 'smtp' ? (await assignmentsFor(subject))[0] : undefined
  const idle = byConsent ? undefined : roles[0]
  return [
    policies.length > 0
      ? ` ${protocolName[protocol]} asks no application access policy; that on '${policies[0]!.scope.name}' neither opens nor closes the mailbox here.`
      : '',
    byConsent
      ? ` The role assignment '${byConsent.name}' is not asked, since the token carries SMTP.SendAsApp: without that permission, it would be.`
      : '',
    idle
      ? ` The role assignment '${idle.name}' (${idle.role.name}) counts for nothing over ${protocolName[protocol]}${protocol === 'smtp' ? '' : ', for which there is no management role'}.`
      : '',
  ].join('')
}
