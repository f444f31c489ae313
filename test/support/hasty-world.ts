import { realWorld, type World } from '../../src/core/world.ts'

/** The real world with a clock that runs so many times as fast: what is done once in an hour is done in no time. */
export function hastyWorld(times: number): World {
  const start = Date.now()
  return {
    ...realWorld,
    now: () => start + (Date.now() - start) * times,
    after: (milliseconds, run) => realWorld.after(Math.ceil(milliseconds / times), run),
  }
}
