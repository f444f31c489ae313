import { expect, it } from 'vitest'
import { MINUTE } from '../../core/time.ts'
import { atMoment } from './revocation.ts'

/** A clock that is moved by itself, and timers that are let run out one after another. */
function world() {
  let now = 0
  const timers: { readonly milliseconds: number; readonly run: () => void }[] = []
  return {
    now: () => now,
    after: (milliseconds: number, run: () => void) => {
      const timer = { milliseconds, run }
      timers.push(timer)
      return () => void timers.splice(timers.indexOf(timer), 1)
    },
    /** The first timer runs out, while the clock goes on by as long, or by what is said. */
    runOut(by?: number) {
      const [timer] = timers.splice(0, 1)
      now += by ?? timer!.milliseconds
      timer!.run()
    },
    timers,
  }
}

it('what is to be done at a moment is done then, and once', () => {
  const clock = world()
  const done: number[] = []
  atMoment(clock, 7 * MINUTE, () => done.push(clock.now()))
  clock.runOut()
  expect(done).toEqual([])
  clock.runOut()
  expect(done).toEqual([7 * MINUTE])
  expect(clock.timers).toEqual([])
})

it('it runs late after the machine stood still, and never early after the clock was set back', () => {
  const asleep = world()
  const [late, early]: [number[], number[]] = [[], []]
  atMoment(asleep, 600 * MINUTE, () => late.push(asleep.now()))
  asleep.runOut(2880 * MINUTE)
  expect(late).toEqual([2880 * MINUTE])
  const putBack = world()
  atMoment(putBack, MINUTE, () => early.push(putBack.now()))
  putBack.runOut(-60 * MINUTE)
  expect(early).toEqual([])
  for (let looks = 0; looks < 12; looks++) putBack.runOut()
  expect(early).toEqual([])
  putBack.runOut()
  expect(early).toEqual([MINUTE])
})

it('it is not done once it was called off', () => {
  const clock = world()
  const stop = atMoment(clock, 7 * MINUTE, () => expect.unreachable())
  clock.runOut()
  stop()
  expect(clock.timers).toEqual([])
})
