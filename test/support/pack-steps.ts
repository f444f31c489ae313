import { randomBytes } from 'node:crypto'
import { expect, vi } from 'vitest'
import type { MailboxId } from '../../src/core/ids.ts'
import type { BlobRef } from '../../src/storage/engine.ts'
import type { PackNode, PackPlace } from './packs.ts'
import { acceleratedWorld } from './world.ts'

export const KB = 1024

export const worldOfTests = acceleratedWorld(30)

const pool = randomBytes(10 * KB * KB)

/** Bytes that no compression makes smaller, different for each number up to a million. */
export const bytesOf = (nth: number, length = 25 * KB): Buffer => pool.subarray(nth, nth + length)

export interface Kept {
  readonly ref: BlobRef
  readonly bytes: Buffer
}

export async function append(
  { rows }: PackPlace,
  node: PackNode,
  nth: number,
  near?: number,
  length?: number,
): Promise<Kept> {
  const bytes = bytesOf(nth, length)
  const ref = await node.blobs.append(bytes, near as MailboxId | undefined)
  rows.add(ref)
  return { ref, bytes }
}

export const appendMany = (place: PackPlace, node: PackNode, count: number, length?: number) =>
  Promise.all(Array.from({ length: count }, (_, nth) => append(place, node, nth, (nth % 3) + 1, length)))

export async function expectAll(node: PackNode, kept: readonly Kept[]): Promise<void> {
  const found = await node.blobs.readAll(kept.map(({ ref }) => ({ blob: ref })))
  expect(found.map((bytes, nth) => bytes.equals(kept[nth]!.bytes))).toEqual(kept.map(() => true))
}

export const eventually = (look: () => Promise<void>) => vi.waitFor(look, { timeout: 20_000, interval: 50 })

export const states = async ({ query }: PackPlace): Promise<readonly string[]> =>
  (await query<{ state: string }>('select distinct state from engine_pack order by state')).map(({ state }) => state)

export const allAre = (place: PackPlace, state: string) =>
  eventually(async () => expect(await states(place)).toEqual([state]))

/** As if so much time had passed since the packs were stored. */
export const age = ({ query }: PackPlace, time: string) =>
  query(`update engine_pack set changed = changed - interval '${time}'`)

export const objectsOf = async ({ bucket }: PackPlace): Promise<readonly string[]> =>
  (await Array.fromAsync(bucket.store(worldOfTests).list('packs/'))).flat().map(({ key }) => key)
