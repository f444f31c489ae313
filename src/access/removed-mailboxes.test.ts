import { expect, it } from 'vitest'
import { enterMailbox, openGrantedAccess, revoked } from '../../test/support/access.ts'

it.each(['standards', 'exchange-online'] as const)(
  'in %s a mailbox that is removed opens to nobody, and once it is had back to those to whom it did',
  async (profile) => {
    const context = await openGrantedAccess(profile)
    const { directory, tenant, mailbox } = context
    const entry = await enterMailbox(context)
    for (const how of ['remove', 'disable'] as const) {
      await directory.removedMailboxes[how](tenant.id, mailbox.id)
      await revoked(entry.mailbox.revoked)
      await expect(enterMailbox(context)).rejects.toThrow('Refused at mailbox')
      await directory.removedMailboxes.restore(tenant.id, mailbox.id, {})
      expect((await enterMailbox(context)).granted).toBe(true)
    }
  },
)

it('a sign-in to a mailbox that was removed is told how to have it back, and not to make another', async () => {
  const context = await openGrantedAccess('standards')
  const { directory, signIns, tenant, mailbox } = context
  await directory.removedMailboxes.remove(tenant.id, mailbox.id)
  await expect(enterMailbox(context)).rejects.toThrow('Refused at mailbox')
  await signIns.settled()
  const record = await signIns.lastRefused(tenant.id)
  expect(record?.checks.at(-1)?.evidence).toMatch(/^The mailbox with the address '.*' was removed at .*, and is kept;/)
  expect(record?.fix).toEqual([`postern Undo-SoftDeletedMailbox -SoftDeletedObject ${mailbox.guid}`])
})
