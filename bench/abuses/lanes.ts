import { setTimeout as pause } from 'node:timers/promises'
import { together } from '../measure/repeat.ts'
import type { Tally } from './abuse.ts'

/** Milliseconds within which the first attempt of every lane begins. */
const RAMP = 1000
/** Milliseconds after which an abuse counts as begun, whatever it was answered. */
const PATIENCE = 5000

/**
 * Runs `count` lanes that try again for ever, `between` milliseconds after each attempt has ended. An attempt tells
 * `accepted` when it has what it came for. Resolves when each lane has been accepted or turned away once.
 */
export async function lanes(
  tally: Tally,
  { count, between }: { count: number; between: number },
  attempt: (lane: number, accepted: () => void) => Promise<void>,
): Promise<void> {
  const begun = together(count, async (lane) => {
    await pause((lane * RAMP) / count)
    await new Promise<void>((begin) => void again(tally, between, (accepted) => attempt(lane, accepted), begin))
  })
  await Promise.race([begun, pause(PATIENCE)])
}

async function again(
  tally: Tally,
  between: number,
  attempt: (accepted: () => void) => Promise<void>,
  begun: () => void,
): Promise<never> {
  for (;;) {
    let taken = false
    tally.attempts += 1
    await attempt(() => {
      taken = true
      begun()
    }).catch(() => undefined)
    if (!taken) tally.turnedAway += 1
    begun()
    await pause(between)
  }
}

/** Calls `step` at a rate, `lanes` at a time at most; what could not be begun in its time is left out. */
export async function atRate(
  { perSecond, lanes: count }: { perSecond: number; lanes: number },
  step: (lane: number) => Promise<void>,
): Promise<void> {
  const period = (1000 * count) / perSecond
  await together(count, async (lane) => {
    await pause((lane * period) / count)
    void steps(period, () => step(lane))
  })
}

async function steps(period: number, step: () => Promise<void>): Promise<never> {
  let due = performance.now()
  for (;;) {
    await step()
    due = Math.max(due + period, performance.now() - period)
    await pause(Math.max(0, due - performance.now()))
  }
}
