import { expect, it } from 'vitest'
import { TestWorld } from '../../test/support/world.ts'
import { type Job, Jobs } from './jobs.ts'

/** A job that counts its runs, each of which ends when `end` is called. */
function counting() {
  const counts = { runs: 0, end: (): void => {} }
  const job: Job = {
    first: 1000,
    async run() {
      counts.runs += 1
      await new Promise<void>((resolve) => (counts.end = resolve))
      return 5000
    },
  }
  return { job, counts, end: () => counts.end() }
}

it('runs a job when it is due, and again after its pause', async () => {
  const world = new TestWorld()
  const jobs = new Jobs(world)
  const { job, counts, end } = counting()
  jobs.start([job])
  world.advance(999)
  expect(counts.runs).toBe(0)
  world.advance(1)
  expect(counts.runs).toBe(1)
  // A run that takes long is not joined by another.
  world.advance(60_000)
  expect(counts.runs).toBe(1)
  end()
  await jobs.settled()
  world.advance(5000)
  expect(counts.runs).toBe(2)
  end()
  await jobs.close()
})

it('waits for the run under way when it closes, and begins no other', async () => {
  const world = new TestWorld()
  const jobs = new Jobs(world)
  const { job, counts, end } = counting()
  jobs.start([job])
  world.advance(1000)
  const closed = jobs.close()
  end()
  await closed
  world.advance(60_000)
  expect(counts.runs).toBe(1)
})
