import { randomBytes } from 'node:crypto'
import { expect, onTestFinished, test } from 'vitest'
import { openBucket } from '../../../test/support/s3.ts'
import { acceleratedWorld } from '../../../test/support/world.ts'
import { PART } from './object-store.ts'

async function opened() {
  const bucket = await openBucket()
  onTestFinished(() => bucket.close())
  return { bucket, store: bucket.store(acceleratedWorld(50)) }
}

test('an object comes back completely and in ranges, and is gone after its removal', async () => {
  const { store } = await opened()
  const bytes = randomBytes(100_000)
  await store.put('some/key', bytes)
  expect(await store.octets('some/key')).toBe(bytes.length)
  expect((await store.get('some/key', 0, bytes.length)).equals(bytes)).toBe(true)
  expect((await store.get('some/key', 5000, 5100)).equals(bytes.subarray(5000, 5100))).toBe(true)
  expect((await store.get('some/key', 99_990, 200_000)).equals(bytes.subarray(99_990))).toBe(true)
  expect((await store.get('some/key', 100_000, 100_001)).length).toBe(0)
  await store.remove('some/key')
  await expect(store.get('some/key', 0, 10)).rejects.toMatchObject({ fault: 'missing', code: 'NoSuchKey' })
  await expect(store.octets('some/key')).rejects.toMatchObject({ fault: 'missing' })
  await store.remove('some/key')
})

test('an upload of several parts is one object', async () => {
  const { store } = await opened()
  const bytes = randomBytes(2 * PART + 12_345)
  const parts = [0, 1, 2].map((nth) => bytes.subarray(nth * PART, (nth + 1) * PART))
  await store.upload('large', parts)
  expect(await store.octets('large')).toBe(bytes.length)
  const middle = await store.get('large', PART - 1000, 2 * PART + 1000)
  expect(middle.equals(bytes.subarray(PART - 1000, 2 * PART + 1000))).toBe(true)
})

test('an upload that fails leaves no object', async () => {
  const { bucket, store } = await opened()
  bucket.interfere = (request) =>
    request.includes('partNumber=2') ? { status: 400, body: '<Error><Code>EntityTooSmall</Code></Error>' } : undefined
  const parts = [Buffer.alloc(PART), Buffer.alloc(PART)]
  await expect(store.upload('large', parts)).rejects.toMatchObject({ fault: 'other', code: 'EntityTooSmall' })
  expect(bucket.requests.some((request) => request.startsWith('DELETE ') && request.includes('uploadId='))).toBe(true)
  await expect(store.octets('large')).rejects.toMatchObject({ fault: 'missing' })
})

test('a list has all objects of a prefix, over several pages', async () => {
  const { store } = await opened()
  const keys = Array.from({ length: 60 }, (_, nth) => `packs/${String(nth).padStart(5, '0')}`)
  await store.put('other/one', Buffer.from('other'))
  await Promise.all(keys.map((key) => store.put(key, Buffer.from(key))))
  const listed = (await Array.fromAsync(store.list('packs/', 25))).flat()
  expect(listed.map(({ key }) => key).sort()).toEqual(keys)
  expect(listed[0]).toMatchObject({ octets: 11 })
  expect(Math.abs(listed[0]!.modified - Date.now())).toBeLessThan(600_000)
})

test('a request that the network or an overloaded server failed is repeated', async () => {
  const { bucket, store } = await opened()
  const faults = ['cut', { status: 503, body: '<Error><Code>SlowDown</Code></Error>' }] as const
  let nth = 0
  bucket.interfere = (request) => (request.startsWith('PUT ') ? faults[nth++] : undefined)
  await store.put('key', Buffer.from('bytes'))
  expect(bucket.requests.filter((request) => request.startsWith('PUT '))).toHaveLength(3)
  bucket.interfere = () => 'cut'
  await expect(store.get('key', 0, 5)).rejects.toMatchObject({ fault: 'away' })
  bucket.interfere = () => ({ status: 403, body: '<Error><Code>AccessDenied</Code></Error>' })
  await expect(store.put('key', Buffer.from('bytes'))).rejects.toMatchObject({ fault: 'denied', code: 'AccessDenied' })
})

test('an object that the server changed on its way in is refused', async () => {
  const { bucket, store } = await opened()
  const wrong = Buffer.from('other bytes')
  const kept = bucket.store(acceleratedWorld(50))
  bucket.interfere = (request) => {
    // The server keeps other bytes than it was sent.
    if (request.startsWith('PUT ')) return { status: 200, body: '' }
    return undefined
  }
  await expect(store.put('key', Buffer.from('these bytes'))).rejects.toMatchObject({ code: 'BadDigest' })
  bucket.interfere = () => undefined
  await kept.put('key', wrong)
  bucket.interfere = (request) => (request.startsWith('PUT ') ? { status: 200, body: '' } : undefined)
  await expect(store.put('key', Buffer.from('these bytes'))).rejects.toMatchObject({ code: 'BadDigest' })
})
