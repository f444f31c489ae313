import type { HeldPermission } from '../../domain/directory/types.ts'
import { allowMailbox, liftDenial } from '../records/command-line.ts'
import { failed, type CheckOfDecision, type Opening, passed, type PersonSubject } from './check.ts'
import { underway } from '../propagation.ts'
import { theMailbox } from './mailbox.ts'
import { openToGroups } from './open-to-groups.ts'

/** The person's own mailbox, or one to which they or a group that they are in has FullAccess; a denial counts before all. */
export const ownOrPermitted: CheckOfDecision<PersonSubject & Opening> = {
  name: 'mailboxPermission',
  async judge(subject) {
    const { directory, claims } = subject
    const { id, primarySmtpAddress: address, externalDirectoryObjectId: owner } = await theMailbox(subject)
    const entries = (await directory.permissions.ofUser(id, claims.oid)).filter(({ accessRights }) =>
      accessRights.includes('FullAccess'),
    )
    const denying = entries.filter(({ deny }) => deny)
    // Of several the one that was granted first counts first, where grants take their time.
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
    const waiting = allowing && underway(subject.rules.propagation, allowing.since)
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
