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
