import { allowMailbox, liftDenial } from '../command-line.ts'
import { failed, type LinkOfDecision, type Opening, passed, type PersonSubject } from './link.ts'
import { underway } from '../propagation.ts'
import { theMailbox } from './mailbox.ts'

/** The person's own mailbox, or one to which they have FullAccess; a denial counts before both. */
export const ownOrPermitted: LinkOfDecision<PersonSubject & Opening> = {
  name: 'mailboxPermission',
  async judge(subject) {
    const { directory, claims } = subject
    const { id, primarySmtpAddress: address, externalDirectoryObjectId: owner } = await theMailbox(subject)
    const entries = await directory.permissions.ofUser(id, claims.oid)
    const entry = (deny: boolean) => entries.find((it) => it.deny === deny && it.accessRights.includes('FullAccess'))
    const allowing = entry(false)
    const own = owner === claims.oid
    const allow = own || allowing ? [] : [allowMailbox(address, claims.upn)]
    if (entry(true)) {
      return failed(
        `FullAccess to the mailbox ${address} is denied to the user ${claims.upn}.`,
        liftDenial(address, claims.oid),
        ...allow,
      )
    }
    if (own) return passed(`The mailbox ${address} is the user's own.`)
    const waiting = allowing && underway(subject.rules.propagation, allowing.since)
    if (waiting) return failed(`FullAccess of the user ${claims.upn} to the mailbox ${address} ${waiting}.`)
    return allowing
      ? passed(`The user ${claims.upn} has FullAccess to the mailbox ${address}.`)
      : failed(`The user ${claims.upn} has no FullAccess to the mailbox ${address}, which is not their own.`, ...allow)
  },
}
