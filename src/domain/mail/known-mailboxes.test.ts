import { expect, test } from 'vitest'
import type { MailboxId } from '../../core/ids.ts'
import { KnownMailboxes } from './store.ts'

const id = 7 as MailboxId

test('there is a look at each mailbox once, and again when it was erased', async () => {
  const known = new KnownMailboxes()
  let looks = 0
  const look = (): Promise<void> => Promise.resolve(void looks++)
  await known.sure(id, look)
  await known.sure(id, look)
  expect(looks).toBe(1)
  await known.erased(id, () => Promise.resolve())
  await known.sure(id, look)
  expect(looks).toBe(2)
})

test('what was seen while it was erased does not count', async () => {
  const known = new KnownMailboxes()
  const seen = Promise.withResolvers<void>()
  const looking = known.sure(id, () => seen.promise)
  await known.erased(id, () => Promise.resolve())
  seen.resolve()
  await looking
  let looks = 0
  await known.sure(id, () => Promise.resolve(void looks++))
  expect(looks).toBe(1)
})
