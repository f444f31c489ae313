import type { Chance } from '../support/chance.ts'
import { Coverage } from './coverage.ts'
import { mutated } from './mutate.ts'
import { Find, type Target } from './target.ts'

/** Inputs between two looks at what they have reached. */
const BATCH = 40
const MOST_KEPT = 2000
/** Octets that the process may have more than when it began. */
const MOST_MEMORY = 400 * 1024 ** 2

export interface Hunted {
  readonly tries: number
  /** Parts of our sources that were run, and inputs that were the first to reach some of them. */
  readonly parts: number
  readonly kept: number
}

/**
 * Gives a target one changed input after another, as long as `goesOn`. Inputs that reach what none before them did are
 * changed further.
 */
export async function hunt(target: Target, chance: Chance, goesOn: (tries: number) => boolean): Promise<Hunted> {
  const pool = [...target.seeds]
  const coverage = await Coverage.begin()
  const memory = process.memoryUsage().rss
  let tries = 0
  try {
    for (const seed of target.seeds) await tried(target, [seed], chance)
    await coverage.grown()
    while (goesOn(tries)) {
      const batch: Buffer[] = []
      for (let nth = 0; nth < BATCH && goesOn(tries); nth += 1) {
        const inputs = Array.from({ length: 1 + chance.below(target.together) }, () => next(target, pool, chance))
        await tried(target, inputs, chance)
        tries += 1
        batch.push(...inputs)
      }
      if ((await coverage.grown()) > 0) pool.push(...batch)
      while (pool.length > MOST_KEPT)
        pool.splice(target.seeds.length + chance.below(pool.length - target.seeds.length), 1)
      const more = process.memoryUsage().rss - memory
      if (more > MOST_MEMORY) throw new Find(batch, new Error(`${Math.round(more / 1024 ** 2)} MB more are held`))
    }
    return { tries, parts: coverage.parts, kept: pool.length - target.seeds.length }
  } finally {
    coverage.end()
  }
}

function next(target: Target, pool: readonly Buffer[], chance: Chance): Buffer {
  const seed = chance.of(pool)
  return chance.below(5) === 0 ? seed : mutated(chance, seed, pool, target.words)
}

async function tried(target: Target, inputs: readonly Buffer[], chance: Chance): Promise<void> {
  try {
    await target.try(inputs, chance)
  } catch (thrown) {
    throw new Find(inputs, thrown)
  }
}
