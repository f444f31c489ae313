import { expect, test } from 'vitest'
import { openPackPlace, type PackNode, type PackPlace } from '../../../test/support/packs.ts'
import {
  type Kept,
  worldOfTests,
  appendMany,
  expectAll,
  eventually,
  allAre,
  age,
  objectsOf,
} from '../../../test/support/pack-steps.ts'
import { HEADER, readHeader } from './record.ts'

/** Appends records of three mailboxes to some packs. */
async function appendToPacks(place: PackPlace, node: PackNode, count: number): Promise<readonly (readonly Kept[])[]> {
  const packs: (readonly Kept[])[] = []
  for (let nth = 0; nth < count; nth++) {
    packs.push(await appendMany(place, node, 9))
    await allAre(place, 'stored')
  }
  return packs
}

/** Nearest mailboxes of the records of a merged object, in their order. */
async function nearsIn(place: PackPlace, key: string): Promise<readonly number[]> {
  const [row] = await place.query<{ end: number }>('select max(moves_end) as end from engine_pack where object = $1', [
    key,
  ])
  const octets = await place.bucket.store(worldOfTests).get(key, 0, 2 ** 30)
  const nears: number[] = []
  for (let at = row!.end; at < octets.length;) {
    const { near, length } = readHeader(octets.subarray(at))!
    nears.push(near)
    at += HEADER + length
  }
  return nears
}

test('a merge puts the records of a mailbox together, without those that no row names', async () => {
  const place = await openPackPlace()
  const [node, other] = [await place.open('node', { leads: true }), await place.open('other', { leads: true })]
  const [unnamed, ...packs] = await appendToPacks(place, node, 3)
  const kept = [...packs.flat(), ...unnamed!.slice(3)]
  const gone = unnamed!.slice(0, 3)
  for (const { ref } of gone) place.rows.delete(ref)
  const before = await objectsOf(place)
  // Packs that have just been stored are left alone: their rows may not be written yet.
  await node.blobs.tidy()
  expect(await objectsOf(place)).toEqual(before)

  await age(place, '13 hours')
  await allAre(place, 'merged')
  const [{ object }] = (await place.query('select distinct object from engine_pack')) as [{ object: string }]
  const nears = await nearsIn(place, object)
  expect(nears).toEqual([1, 2, 3].flatMap((near) => Array<number>(8).fill(near)))
  await expectAll(node, kept)
  await expectAll(other, kept)
  await expectAll(await place.open('reader'), kept)
  await expect((await place.open('late')).blobs.read(gone[0]!.ref)).rejects.toMatchObject({ reason: 'damaged' })

  // The former objects stay as long as the database may be restored.
  expect((await objectsOf(place)).filter((key) => key !== object)).toEqual(before)
  await place.query(`update engine_removal set since = since - interval '25 hours'`)
  await eventually(async () => expect(await objectsOf(place)).toEqual([object]))
  await expectAll(await place.open('last'), kept)
}, 60_000)

test('a database that is restored to a moment before a merge finds its objects', async () => {
  const place = await openPackPlace()
  const node = await place.open('node', { leads: true })
  const kept = (await appendToPacks(place, node, 2)).flat()
  await age(place, '13 hours')
  await place.query('create table backup as select * from engine_pack')
  await allAre(place, 'merged')
  const [{ object: merged }] = (await place.query('select distinct object from engine_pack')) as [{ object: string }]
  await node.kill()
  await place.query('delete from engine_pack')
  await place.query('insert into engine_pack select * from backup')
  // Even with the list of objects to remove.
  await place.query(`update engine_removal set since = since - interval '25 hours'`)
  const restored = await place.open('restored', { leads: true })
  await expectAll(restored, kept)
  await allAre(place, 'merged')
  await expectAll(await place.open('reader'), kept)
  expect(await objectsOf(place)).toContain(merged)
})

test('a merge leaves a damaged pack as it is, and merges the others', async () => {
  const place = await openPackPlace()
  const node = await place.open('node', { leads: true })
  const [damaged, ...sound] = await appendToPacks(place, node, 3)
  const pack = damaged![0]!.ref.split('.')[0]!
  place.bucket.alter = (request, body) =>
    request.startsWith('GET ') && request.includes(`/packs/${pack}-`) ? Buffer.from(body).fill(0, 100, 200) : body
  await age(place, '13 hours')
  const states = () => place.query<{ pack: number; state: string }>('select pack, state from engine_pack order by pack')
  await eventually(async () =>
    expect((await states()).map(({ state }) => state)).toEqual(['stored', 'merged', 'merged']),
  )
  expect(place.errors).toContain('A pack cannot be merged: "postern verify" names its damaged messages')
  place.bucket.alter = (_, body) => body
  await expectAll(await place.open('reader'), [...damaged!, ...sound.flat()])
})

test('many rows that go make an object smaller', async () => {
  const place = await openPackPlace()
  const node = await place.open('node', { leads: true })
  const kept = (await appendToPacks(place, node, 2)).flat()
  await age(place, '13 hours')
  await allAre(place, 'merged')
  const octets = async () =>
    (await place.query<{ octets: number }>('select sum(octets) as octets from engine_pack'))[0]!.octets
  const before = await octets()
  const gone = kept.splice(0, 9)
  for (const { ref } of gone) place.rows.delete(ref)
  await age(place, '2 hours')
  node.blobs.dropped(gone.map(({ ref }) => ref))
  await node.blobs.tidy()
  await eventually(async () => expect(await octets()).toBe(before / 2))
  await expectAll(await place.open('reader'), kept)
})
