import { allowMailbox, liftDenial } from '../records/command-line.ts'
import { type AppSubject, failed, type CheckOfDecision, type Opening, passed } from './check.ts'
import { underway } from '../propagation.ts'
import { theMailbox } from './mailbox.ts'
import { notAsked } from './not-asked.ts'
import { openToGroups } from './open-to-groups.ts'

/** FullAccess for the Exchange service principal, and no denial of it: a denial counts before what is allowed. */
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
        `FullAccess to the mailbox ${address} is denied to the service principal ${claims.oid}.${await notAsked(subject)}`,
        liftDenial(address, claims.oid),
        ...allow,
      )
    }
    const waiting = allowing && underway(subject.rules.propagation, allowing.since)
    if (waiting)
      return failed(`FullAccess of the service principal ${claims.oid} to the mailbox ${address} ${waiting}.`)
    return allowing
      ? passed(
          `The service principal ${claims.oid} has FullAccess to the mailbox ${address}.${simulated ? await notAsked(subject) : ''}`,
        )
      : failed(
          `The service principal ${claims.oid} has no FullAccess to the mailbox ${address}; ${heldInstead(entries)}.${await openToGroups(directory, id, 'and a service principal is in no group')}${await notAsked(subject)}`,
          ...allow,
        )
  },
}

const heldInstead = (entries: readonly { accessRights: readonly string[]; deny: boolean }[]): string => {
  const allowed = entries.filter(({ deny }) => !deny).flatMap(({ accessRights }) => accessRights)
  return allowed.length > 0 ? `it has ${allowed.join(', ')}` : 'it has no entry there'
}
