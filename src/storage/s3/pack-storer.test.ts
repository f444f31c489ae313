import { expect, onTestFinished, test } from 'vitest'
import { acceleratedWorld } from '../../../test/support/world.ts'
import { waitUntil } from '../../../test/support/lifecycle.ts'
import { silentLog } from '../../core/log.ts'
import { type ObjectStore, ObjectStoreError } from './object-store.ts'
import { PackStorer } from './pack-storer.ts'
import type { Spool } from './spool.ts'

const away = new ObjectStoreError('away', 'ECONNREFUSED', 'The object store cannot be reached')

/** A storer whose object store answers as `put` does. */
function storerWith(put: (pack: number) => Promise<void>) {
  const stored: number[] = []
  const read: number[] = []
  const sending = { now: 0, most: 0 }
  const objects = {
    put: async (key: string) => {
      sending.most = Math.max(sending.most, ++sending.now)
      await put(Number(key)).finally(() => sending.now--)
    },
  } as unknown as ObjectStore
  const spool = {
    seal: async () => true,
    contents: async ({ pack }: { pack: number }) => {
      read.push(pack)
      return Buffer.from('read')
    },
  } as unknown as Spool
  const database = {
    query: async <R>(_: string, [pack]: readonly unknown[] = []) => {
      stored.push(pack as number)
      return [{}] as R[]
    },
  }
  const world = acceleratedWorld(1000)
  const storer = new PackStorer({ database, spool, objects, world, log: silentLog, key: String })
  onTestFinished(() => storer.close())
  const seal = (pack: number) => void storer.seal({ pack, slot: 0 }, async () => Buffer.from(`image ${pack}`))
  return { storer, seal, stored, read, sending }
}

const packs = Array.from({ length: 30 }, (_, nth) => nth + 1)

test('few packs wait in memory; the others are read from the spool again', async () => {
  let isAway = true
  const { seal, stored, read, sending } = storerWith(async () => {
    if (isAway) throw away
  })
  for (const pack of packs) seal(pack)
  isAway = false
  await waitUntil(() => stored.length === packs.length)
  expect(stored.toSorted((a, b) => a - b)).toEqual(packs)
  expect(read).toEqual(packs.slice(-read.length))
  expect(read.length).toBeGreaterThanOrEqual(packs.length - 6)
  expect(sending.most).toBe(2)
})

test('a close sends two packs at a time, and gives up when the object store is away', async () => {
  const attempts: number[] = []
  const { storer, seal, sending } = storerWith(async (pack) => {
    attempts.push(pack)
    await new Promise((resolve) => setImmediate(resolve))
    throw away
  })
  for (const pack of packs) seal(pack)
  await waitUntil(() => attempts.length >= 2)
  const before = attempts.length
  await storer.close()
  expect(attempts.length - before).toBeLessThanOrEqual(4)
  expect(sending.most).toBeLessThanOrEqual(4)
})

test.each([
  ['the object store refuses', new ObjectStoreError('other', 'EntityTooLarge', 'refused')],
  ['cannot be read from the database', new Error('invalid page in block 7')],
])('a pack that %s does not hold up the others', async (_, error) => {
  const { seal, stored } = storerWith(async (pack) => {
    if (pack === 1) throw error
  })
  for (const pack of packs) seal(pack)
  await waitUntil(() => stored.length === packs.length - 1)
  expect(stored).not.toContain(1)
})
