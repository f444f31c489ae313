import { refuse } from '../../../../core/refusal.ts'
import { ask, inARow, sql } from '../../../../storage/engine.ts'
import { type AuditEvent, otherTarget, valued } from '../../audit/audit-event.ts'
import type { DirectoryTx } from '../../directory-tx.ts'
import { standing } from '../groups/standing.ts'
import { refuseFullMailbox, refuseGoneMailbox } from './permissions.ts'
import { knownTrustee, type NamedTrustee, namedEntries, type NamedTrusteeRow, self, trusteeOf } from './trustees.ts'
import type { MailboxRecord } from '../../objects.ts'
import type { SendAsPermissions } from '../recipients/recipients.ts'

type SendAsRow = NamedTrusteeRow & { readonly deny: number }

export const createSendAsPermissions = (ledger: DirectoryTx): SendAsPermissions => ({
  async on(mailbox) {
    const rows = await ledger.all<SendAsRow>(
      namedEntries(sql`directory_send_as`, sql`p.mailbox = ${mailbox} order by p.revision, p.trustee, p.deny`),
    )
    return [{ trustee: self, deny: false }, ...rows.map((row) => ({ trustee: trusteeOf(row), deny: row.deny === 1 }))]
  },

  async allowed(mailbox, accounts) {
    const entries = await ledger.all<{ deny: number }>(
      inARow(
        standing(accounts),
        sql` select p.deny from standing s join directory_send_as p on p.trustee = s.id and p.mailbox = ${mailbox}`,
      ),
    )
    return entries.length > 0 && entries.every(({ deny }) => deny === 0)
  },

  async add(mailbox, { trustee, deny }) {
    if (trustee.kind === 'self') return deny ? refuseSelf() : { changed: false }
    const entry = { what: 'right to send as a mailbox added', subject: mailbox.guid }
    return ledger.write(mailbox.tenant, entry, function* (revision, tell) {
      yield* refuseGoneMailbox(mailbox)
      const { kind, id, sid } = yield* knownTrustee(mailbox.tenant, trustee)
      yield* refuseFullMailbox(sql`directory_send_as where mailbox = ${mailbox.id}`)
      const added = yield* ask(sql`insert into directory_send_as (mailbox, trustee_kind, trustee, sid, deny, revision)
        values (${mailbox.id}, ${kind}, ${id}, ${sid}, ${Number(deny)}, ${revision})
        on conflict do nothing returning trustee`)
      if (added.length > 0) tell(deed('Add-RecipientPermission', mailbox, trustee, deny))
      return { changed: added.length > 0 }
    })
  },

  async remove(mailbox, { trustee, deny }) {
    if (trustee.kind === 'self') return refuseSelf()
    const entry = { what: 'right to send as a mailbox removed', subject: mailbox.guid }
    return ledger.write(mailbox.tenant, entry, function* (_, tell) {
      const gone = yield* ask(sql`delete from directory_send_as
        where mailbox = ${mailbox.id} and trustee = ${trustee.id} and deny = ${Number(deny)} returning trustee`)
      if (gone.length > 0) tell(deed('Remove-RecipientPermission', mailbox, trustee, deny))
      return { changed: gone.length > 0 }
    })
  },
})

const deed = (
  activity: 'Add-RecipientPermission' | 'Remove-RecipientPermission',
  mailbox: MailboxRecord,
  trustee: NamedTrustee,
  deny: boolean,
): AuditEvent => ({
  activity,
  targets: [otherTarget(mailbox.guid, mailbox.displayName), otherTarget(trustee.id, trustee.name)],
  changes: [valued('AccessRights', ['SendAs']), valued('Deny', deny)],
})

const refuseSelf = (): never =>
  refuse('unsupported', "The mailbox's own entry, NT AUTHORITY\\SELF, stays as it is.", { property: 'Trustee' })
