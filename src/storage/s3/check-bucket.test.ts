import { expect, onTestFinished, test } from 'vitest'
import { silentLog } from '../../core/log.ts'
import { openBucket } from '../../../test/support/s3.ts'
import { acceleratedWorld } from '../../../test/support/world.ts'
import { checkBucket } from './check-bucket.ts'
import { ObjectStore } from './object-store.ts'

const world = acceleratedWorld(50)

async function opened() {
  const bucket = await openBucket()
  onTestFinished(() => bucket.close())
  return bucket
}

test('a bucket that can be used is left as it was', async () => {
  const bucket = await opened()
  const store = bucket.store(world)
  await checkBucket(store, bucket.options, world, silentLog)
  expect((await Array.fromAsync(store.list(''))).flat()).toEqual([])
})

test('a bucket that does not exist is refused with the command that creates it', async () => {
  const bucket = await opened()
  const options = { ...bucket.options, bucket: 'no-such-bucket' }
  await expect(checkBucket(new ObjectStore({ ...options, world }), options, world, silentLog)).rejects.toThrow(
    `The bucket 'no-such-bucket' at ${options.endpoint} does not exist. To create it: ` +
      `aws --endpoint-url ${options.endpoint} --region us-east-1 s3api create-bucket --bucket no-such-bucket`,
  )
})

test.each([
  ['InvalidAccessKeyId', 'PUT', 'does not know the access key'],
  ['SignatureDoesNotMatch', 'PUT', 'the secret does not belong to the access key'],
  ['RequestTimeTooSkewed', 'PUT', 'timedatectl set-ntp true'],
  ['AccessDenied', 'PUT', 'lacks the right s3:PutObject'],
  ['AccessDenied', 'GET /[^?]*/checks', 'lacks the right s3:GetObject'],
  ['AccessDenied', 'GET .*list-type', 'lacks the right s3:ListBucket'],
  ['AccessDenied', 'DELETE', 'lacks the right s3:DeleteObject'],
])('%s for %s is refused with one sentence', async (code, which, sentence) => {
  const bucket = await opened()
  bucket.interfere = (request) =>
    new RegExp(`^${which}`).test(request) ? { status: 403, body: `<Error><Code>${code}</Code></Error>` } : undefined
  const checked = checkBucket(bucket.store(world), bucket.options, world, silentLog)
  await expect(checked).rejects.toMatchObject({ reason: 'wrong-state', message: expect.stringContaining(sentence) })
})

test('an object store that is away is logged, and does not stop the start', async () => {
  const bucket = await opened()
  bucket.interfere = () => 'cut'
  const warned: string[] = []
  const log = { ...silentLog, warn: (_: object, text: string) => void warned.push(text) }
  await checkBucket(bucket.store(world), bucket.options, world, log)
  expect(warned).toEqual([
    `The bucket '${bucket.options.bucket}' at ${bucket.options.endpoint} cannot be reached: the server starts without it`,
  ])
})
