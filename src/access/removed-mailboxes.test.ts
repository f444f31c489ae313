import { expect, it } from 'vitest'
import { enter, openGranted, taken } from '../../test/support/granted-mailbox.ts'

it.each(['standards', 'exchange-online'] as const)(
  'in %s a mailbox that is removed opens to nobody, and once it is had back to those to whom it did',
  async (profile) => {
    const house = await openGranted(profile)
    const { directory, tenant, mailbox } = house
    const entry = await enter(house)
    for (const how of ['remove', 'disable'] as const) {
      await directory.removedMailboxes[how](tenant.id, mailbox.id)
      await taken(entry.mailbox.withdrawn)
      await expect(enter(house)).rejects.toThrow('Refused at mailbox')
      await directory.removedMailboxes.restore(tenant.id, mailbox.id, {})
      expect((await enter(house)).granted).toBe(true)
    }
  },
)
