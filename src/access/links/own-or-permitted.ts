import { allowMailbox, liftDenial } from '../command-line.ts'
import { failed, type LinkOfDecision, type Opening, passed, type PersonSubject } from './link.ts'
import { theMailbox } from './mailbox.ts'

/** The person's own mailbox, or one to which they have FullAccess; a denial counts before both. */
export const ownOrPermitted: LinkOfDecision<PersonSubject & Opening> = {
  name: 'mailboxPermission',
  async judge(subject) {
    const { directory, claims } = subject
    const { id, primarySmtpAddress: address, externalDirectoryObjectId: owner } = await theMailbox(subject)
    const entries = await directory.permissions.ofUser(id, claims.oid)
    const holds = (deny: boolean) =>
      entries.some((entry) => entry.deny === deny && entry.accessRights.includes('FullAccess'))
    const own = owner === claims.oid
    const allow = own || holds(false) ? [] : [allowMailbox(address, claims.upn)]
    if (holds(true)) {
      return failed(
        `FullAccess to the mailbox ${address} is denied to the user ${claims.upn}.`,
        liftDenial(address, claims.oid),
        ...allow,
      )
    }
    if (own) return passed(`The mailbox ${address} is the user's own.`)
    return holds(false)
      ? passed(`The user ${claims.upn} has FullAccess to the mailbox ${address}.`)
      : failed(`The user ${claims.upn} has no FullAccess to the mailbox ${address}, which is not their own.`, ...allow)
  },
}
