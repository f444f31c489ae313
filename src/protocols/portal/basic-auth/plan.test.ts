import { expect, it } from 'vitest'
import { openRetirement } from '../../../../test/support/retirement.ts'
import { DAY } from '../../../core/time.ts'
import { lastUsesIn } from './plan.ts'

it('what a plan is made from is when each mailbox was let into last, refused passwords aside', async () => {
  const { ada, directory, world, tenant, signIns, signIn } = await openRetirement()
  const found = () => lastUsesIn({ directory, signIns, world }, tenant.id)
  const at = world.now()
  await signIn()
  world.advance(DAY)
  await signIn({ password: 'wrong' })
  expect(await found()).toEqual({ [ada.guid]: { Imap: at } })
  await signIn({ protocol: 'pop3' })
  expect(await found()).toEqual({ [ada.guid]: { Imap: at, Pop: at + DAY } })
})

it('no mailbox goes ahead as unused that may have been among too many uses to be told apart', async () => {
  const { ada, directory, world, tenant, signIns, signIn } = await openRetirement()
  const bob = (await directory.mailboxes.find(tenant.id, 'bob'))!
  const at = world.now()
  // As many rows as a day has in this context, and one more.
  await signIn()
  await signIns.settled()
  const [record] = await signIns.recent(tenant.id, 1)
  for (let uses = 1; uses < 1000; uses++) signIns.countUse(record!, `Program ${uses}`)
  await signIns.settled()
  await signIn({ client: 'One more' })
  const found = await lastUsesIn({ directory, signIns, world }, tenant.id)
  expect(found).toEqual({ [ada.guid]: { Imap: at }, [bob.guid]: { Imap: at } })
})
