import { expect, it } from 'vitest'
import { TestWorld } from '../../test/support/world.ts'
import { type Job, Jobs } from './jobs.ts'

/** A job that counts its runs, each of which ends when `end` is called. */
function counting(lease?: string) {
  const counts = { runs: 0, end: (): void => {} }
  const job: Job = {
    first: 1000,
    ...(lease && { lease }),
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

it('runs a job with a lease only while this node holds the lease', async () => {
  const world = new TestWorld()
  const held = new Map<string, (signal: AbortSignal) => Promise<void>>()
  const jobs = new Jobs(world, { run: (name, job) => void held.set(name, job) })
  const { job, counts, end } = counting('counting')
  jobs.start([job])
  world.advance(1000)
  expect(counts.runs).toBe(0)
  for (let times = 1; times <= 2; times++) {
    const lease = new AbortController()
    const done = held.get('counting')!(lease.signal)
    world.advance(1000)
    expect(counts.runs).toBe(times)
    lease.abort()
    end()
    await done
    world.advance(60_000)
    expect(counts.runs).toBe(times)
  }
  await jobs.close()
})

it('runs a job early when it is told to, and then after its pause', async () => {
  const world = new TestWorld()
  const jobs = new Jobs(world)
  const { job, counts, end } = counting()
  const watching = new Set<() => void>()
  const due = () => watching.forEach((tell) => tell())
  jobs.start([{ ...job, watch: (tell) => (watching.add(tell), () => watching.delete(tell)) }])
  due()
  expect(counts.runs).toBe(1)
  due()
  world.advance(60_000)
  expect(counts.runs).toBe(1)
  end()
  await jobs.settled()
  world.advance(5000)
  expect(counts.runs).toBe(2)
  end()
  await jobs.close()
  due()
  expect(counts.runs).toBe(2)
})
