import { ask, sql } from '../../../../storage/engine.ts'
import { otherTarget, valued } from '../../audit/audit-event.ts'
import type { DirectoryTx } from '../../directory-tx.ts'
import type { Directory } from '../../types.ts'
import { refuseGoneMailbox } from './permissions.ts'
import { knownTrustee, namedEntries, type NamedTrusteeRow, self, trusteeOf } from './trustees.ts'

/** contract/exchange-admin §2.1: whom the mailbox is said to belong to, which opens it to nobody. */
export const createMailboxOwners = (ledger: DirectoryTx): Pick<Directory['permissions'], 'owner' | 'setOwner'> => ({
  async owner(mailbox) {
    const row = await ledger.first<NamedTrusteeRow>(
      namedEntries(sql`directory_mailbox_owner`, sql`p.mailbox = ${mailbox}`),
    )
    return row ? trusteeOf(row) : self
  },

  async setOwner(mailbox, owner) {
    const entry = { what: 'owner of a mailbox set', subject: mailbox.guid }
    await ledger.write(mailbox.tenant, entry, function* (_, tell) {
      yield* refuseGoneMailbox(mailbox)
      yield* ask(sql`delete from directory_mailbox_owner where mailbox = ${mailbox.id}`)
      if (owner.kind !== 'self') {
        const { kind, id, sid } = yield* knownTrustee(mailbox.tenant, owner)
        yield* ask(sql`insert into directory_mailbox_owner (mailbox, trustee_kind, trustee, sid)
          values (${mailbox.id}, ${kind}, ${id}, ${sid})`)
      }
      tell({
        activity: 'Add-MailboxPermission',
        targets: [otherTarget(mailbox.guid, mailbox.displayName)],
        changes: [valued('Owner', owner.name)],
      })
    })
  },
})
