import { expect, test } from 'vitest'
import { TestWorld } from '../../../../../test/support/world.ts'
import { sibling } from '../../../../core/sibling.ts'
import { type Packed, type PackJob } from './text-jobs.ts'
import { WorkerThread } from './thread.ts'

const job: PackJob = {
  messages: { bytes: new Uint8Array(Buffer.from('Subject: a\r\n\r\n')), starts: [0], ends: [14] },
  structures: undefined,
}
const file = sibling('pack-worker', import.meta.url)

test('a thread ends when it had nothing to do for a while, and the next job starts another', async () => {
  const world = new TestWorld()
  let lost = 0
  const thread = new WorkerThread<PackJob, Packed>(file, { lost: () => lost++, rest: { world, after: 1000 } })
  expect(thread.isUp).toBe(false)
  const first = await thread.run(structuredClone(job), [])
  world.advance(999)
  expect([thread.isUp, lost]).toEqual([true, 0])
  await thread.run(structuredClone(job), [])
  world.advance(999)
  expect([thread.isUp, lost]).toEqual([true, 0])
  const under = thread.run(structuredClone(job), [])
  world.advance(5000)
  await under
  expect([thread.isUp, lost]).toEqual([true, 0])
  world.advance(1000)
  expect([thread.isUp, lost]).toEqual([false, 1])
  expect(await thread.run(structuredClone(job), [])).toEqual(first)
})

test('a job that fails is told of, and the thread goes on', async () => {
  const thread = new WorkerThread<PackJob, Packed>(file)
  await expect(
    thread.run({ messages: { ...job.messages, ends: [14, 15] }, structures: ['nonsense'] }, []),
  ).rejects.toThrow()
  expect((await thread.run(structuredClone(job), [])).columns.has('subject')).toBe(true)
  expect(thread.waiting).toBe(0)
})

test('a job that is called off before its turn is not done', async () => {
  const thread = new WorkerThread<PackJob, Packed>(file)
  const left = new AbortController()
  const instead: PackJob = { messages: { bytes: new Uint8Array(), starts: [], ends: [] }, structures: undefined }
  const jobs = Array.from({ length: 5 }, () => {
    const own = structuredClone(job)
    return thread.run(own, [own.messages.bytes.buffer], { signal: left.signal, instead })
  })
  const kept = thread.run(structuredClone(job), [])
  left.abort()
  const octets = (await Promise.all(jobs)).map(({ bytes }) => bytes.length)
  const whole = (await kept).bytes.length
  // The thread had two of them by then.
  expect(octets.map((each) => each === whole)).toEqual([true, true, false, false, false])
  expect(thread.waiting).toBe(0)
})
