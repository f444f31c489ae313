import type { World } from '../../core/world.ts'

/** Milliseconds after which the clock is looked at again: timers stand still while the machine does. */
const LOOK = 300_000

/** Runs something when the clock says so, though it is moved meanwhile. Returns what calls it off. */
export function atMoment(world: Pick<World, 'now' | 'after'>, moment: number, run: () => void): () => void {
  const wait = (): (() => void) =>
    world.after(Math.min(Math.max(moment - world.now(), 0), LOOK), () => {
      if (world.now() < moment) stop = wait()
      else run()
    })
  let stop = wait()
  return () => stop()
}
