import { expect, test } from 'vitest'
import { openPackPlace, type PackPlace } from '../../../test/support/packs.ts'
import {
  type Kept,
  KB,
  worldOfTests,
  bytesOf,
  append,
  appendMany,
  expectAll,
  eventually,
  states,
  allAre,
  objectsOf,
} from '../../../test/support/pack-steps.ts'

const owners = async ({ query }: PackPlace): Promise<readonly string[]> =>
  (await query<{ node: string }>('select distinct node from engine_pack order by node')).map(({ node }) => node)

const spooled = async ({ query }: PackPlace): Promise<number> => {
  const tables = Array.from(
    { length: 8 },
    (_, slot) => `select octet_length(bytes) as octets from engine_spool_${slot}`,
  )
  const [row] = await query<{ octets: number }>(
    `select coalesce(sum(octets), 0)::bigint as octets from (${tables.join(' union all ')}) rows`,
  )
  return row!.octets
}

const puts = ({ bucket }: PackPlace): readonly string[] =>
  bucket.requests.filter((request) => request.startsWith('PUT '))

test('the packs of a killed node are stored by the node with the lease', async () => {
  const place = await openPackPlace()
  const [killed, other] = [await place.open('killed'), await place.open('other', { leads: true })]
  const kept = await appendMany(place, killed, 20)
  await killed.kill()
  await allAre(place, 'stored')
  await expectAll(other, kept)
  for (const { ref } of kept) await other.blobs.check(ref)
})

test('a frozen node whose pack was sealed takes another pack', async () => {
  const place = await openPackPlace()
  const [frozen, other] = [await place.open('frozen'), await place.open('other', { leads: true })]
  const before = await append(place, frozen, 1)
  place.living.delete('frozen')
  await allAre(place, 'stored')
  const after = await append(place, frozen, 2)
  expect(after.ref.split('.')[0]).not.toBe(before.ref.split('.')[0])
  await expectAll(frozen, [before, after])
  await expectAll(other, [before, after])
})

test('packs whose keeper was killed are stored by the next one', async () => {
  const place = await openPackPlace()
  const killed = await place.open('killed')
  const kept = await appendMany(place, killed, 5)
  await killed.kill()
  place.bucket.interfere = () => 'cut'
  const keeper = await place.open('keeper', { leads: true })
  await eventually(async () => expect(await owners(place)).toEqual(['keeper']))
  await keeper.kill()
  // The first node comes back under its own name, so nobody takes its packs for those of a dead node.
  place.living.add('killed')
  place.bucket.interfere = () => undefined
  const next = await place.open('next', { leads: true })
  await allAre(place, 'stored')
  await expectAll(next, kept)
})

test.each([
  ['opens a pack', 'insert into engine_pack (node'],
  ['seals a pack', "set state = 'sealed', changed"],
  ['takes a pack over', "set state = 'sealed', node"],
  ['notes that a pack is stored', "set state = 'stored'"],
  ['adds records', 'insert into engine_spool_'],
])('no pack stays in the spool when the answer is lost to a statement that %s', async (_, text) => {
  const place = await openPackPlace()
  const [node, other] = [await place.open('node', { leads: true }), await place.open('other')]
  const others = await appendMany(place, other, 3)
  let lost = 0
  place.loseAnswer = (statement) => statement.includes(text) && lost++ < 1
  const kept: Kept[] = []
  await other.kill()
  await eventually(async () => void kept.push(await append(place, node, 1)))
  await eventually(async () => expect(lost).toBeGreaterThan(0))
  await eventually(async () => {
    await place.query(`update engine_pack set changed = changed - interval '5 seconds'`)
    expect(await states(place)).toEqual(['stored'])
  })
  await eventually(async () => expect(await spooled(place)).toBe(0))
  await expectAll(node, [...others, ...kept])
})

test('appends go on while the bucket is away, up to the limit, and are stored when it is back', async () => {
  const place = await openPackPlace()
  const node = await place.open('node', { leads: true, spoolOctets: 12 * KB * KB })
  place.bucket.interfere = () => 'cut'
  const kept: Kept[] = []
  const fill = async () => {
    for (let nth = 0; nth < 100; nth++) kept.push(await append(place, node, nth, 1, 500 * KB))
  }
  await expect(fill()).rejects.toMatchObject({ reason: 'no-room' })
  expect(kept.length).toBeGreaterThan(20)
  await expectAll(node, kept)
  await expect(node.blobs.append(bytesOf(1, 2 * KB * KB))).rejects.toMatchObject({ reason: 'busy' })
  place.bucket.interfere = () => undefined
  await allAre(place, 'stored')
  await eventually(async () => expect(await spooled(place)).toBe(0))
  await eventually(async () => void kept.push(await append(place, node, 1000)))
  await expectAll(node, kept)
}, 60_000)

test('a pack that could not be stored at the close is stored by another node', async () => {
  const place = await openPackPlace()
  const [closed, other] = [await place.open('closed'), await place.open('other', { leads: true })]
  place.bucket.interfere = () => 'cut'
  const kept = await appendMany(place, closed, 5)
  await closed.close()
  await expectAll(other, kept)
  place.bucket.interfere = () => undefined
  await allAre(place, 'stored')
  await expectAll(other, kept)
})

test('nodes read the spool of each other, and a close stores the open pack', async () => {
  const place = await openPackPlace()
  const [one, two] = [await place.open('one'), await place.open('two')]
  const kept = [...(await appendMany(place, one, 10)), ...(await appendMany(place, two, 10))]
  await expectAll(one, kept)
  await expectAll(two, kept)
  expect(place.bucket.requests).toEqual([])
  await one.close()
  await expectAll(two, kept)
  expect(puts(place)).toHaveLength(1)
})

test('8 MB of small mail are one PUT, and the spool is empty soon after', async () => {
  const place = await openPackPlace()
  const node = await place.open('node', { leads: true })
  const kept = await appendMany(place, node, 320)
  await allAre(place, 'stored')
  expect(puts(place)).toHaveLength(1)
  await eventually(async () => expect(await spooled(place)).toBe(0))
  await expectAll(node, kept)
})

test('an answer to a PUT that was lost stores the pack once', async () => {
  const place = await openPackPlace()
  const node = await place.open('node', { leads: true })
  let lost = 0
  place.bucket.lose = (request) => request.startsWith('PUT ') && lost++ < 2
  const kept = await appendMany(place, node, 5)
  await allAre(place, 'stored')
  expect(lost).toBe(3)
  const objects = await Array.fromAsync(place.bucket.store(worldOfTests).list('packs/'))
  expect(objects.flat()).toHaveLength(1)
  await expectAll(node, kept)
})

test.each([
  ['altered', (body: Buffer) => Buffer.from(body).fill(0, 100, 200)],
  ['truncated', (body: Buffer) => body.subarray(0, 5000)],
])('an object that is %s fails its own message, is logged, and is found by a check', async (_, change) => {
  const place = await openPackPlace()
  const node = await place.open('node')
  const damaged = await append(place, node, 1)
  await allAre(place, 'stored')
  const sound = await append(place, node, 2)
  await allAre(place, 'stored')
  const key = `/packs/${damaged.ref.split('.')[0]}-`
  place.bucket.alter = (request, body) => (request.includes(key) ? change(body) : body)
  const reader = await place.open('reader')
  await expect(reader.blobs.read(damaged.ref)).rejects.toMatchObject({ reason: 'damaged' })
  await expect(reader.blobs.check(damaged.ref)).rejects.toMatchObject({ reason: 'damaged' })
  expect(place.errors.filter((line) => line.startsWith(`The bytes of ${damaged.ref} are`))).toHaveLength(1)
  await expectAll(reader, [sound])
})

test('an object that vanished fails its own messages only', async () => {
  const place = await openPackPlace()
  const node = await place.open('node')
  const gone = await append(place, node, 1)
  await allAre(place, 'stored')
  const sound = await append(place, node, 2)
  await allAre(place, 'stored')
  const store = place.bucket.store(worldOfTests)
  const key = `packs/${gone.ref.split('.')[0]}-`
  for await (const page of store.list(key)) for (const object of page) await store.remove(object.key)
  await place.query('truncate engine_spool_0')
  const reader = await place.open('reader')
  await expect(reader.blobs.read(gone.ref)).rejects.toMatchObject({ reason: 'damaged' })
  await expectAll(reader, [sound])
  // Without the bucket nothing is known about any object.
  place.bucket.interfere = () => ({ status: 404, body: '<Error><Code>NoSuchBucket</Code></Error>' })
  await expect(reader.blobs.check(sound.ref)).rejects.toMatchObject({ reason: 'busy' })
})

test('a range that a server answers wrongly once is read again', async () => {
  const place = await openPackPlace()
  const node = await place.open('node')
  const kept = await appendMany(place, node, 3)
  await allAre(place, 'stored')
  let wrong = 1
  place.bucket.alter = (request, body) =>
    request.startsWith('GET ') && wrong-- > 0 ? Buffer.alloc(body.length, 'x') : body
  await expectAll(await place.open('reader'), kept)
  expect(wrong).toBeLessThan(1)
})

test('longer bytes are an object at once, and gone at once when they are discarded', async () => {
  const place = await openPackPlace()
  const node = await place.open('node')
  const long = await append(place, node, 1, 1, 3 * KB * KB)
  const upload = await append(place, node, 2, 1, 9 * KB * KB)
  await expectAll(await place.open('reader'), [long, upload])
  expect(await node.blobs.read(upload.ref, 2 * KB * KB - 5, 2 * KB * KB + 5)).toEqual(
    upload.bytes.subarray(2 * KB * KB - 5, 2 * KB * KB + 5),
  )
  await node.blobs.discard([long.ref])
  expect(await objectsOf(place)).toHaveLength(1)
  await expect(node.blobs.check(long.ref)).rejects.toMatchObject({ reason: 'damaged' })
})
