import type { SeededRandom } from '../support/seeded-random.ts'
import type { Coverage } from './coverage.ts'
import { mutate } from './mutate.ts'
import { FuzzFailure, type FuzzTarget } from './target.ts'

/** Inputs between two looks at what they have reached. */
const BATCH = 40
/** Inputs that are kept beside the seeds: so many, and of so many octets. */
const MOST_KEPT = 2000
const MOST_OCTETS = 4 * 1024 ** 2

/** Gives a target one changed input after another. Inputs that reach what none before them did are changed further. */
export class Fuzzer {
  readonly #target: FuzzTarget
  readonly #chance: SeededRandom
  readonly #coverage: Coverage
  readonly #kept: Buffer[] = []
  #octets = 0
  #isBegun = false
  tries = 0

  constructor(target: FuzzTarget, chance: SeededRandom, coverage: Coverage) {
    this.#target = target
    this.#chance = chance
    this.#coverage = coverage
  }

  get kept(): number {
    return this.#kept.length
  }

  /** Goes on as long as `goesOn` says so. Throws a {@link FuzzFailure}. */
  async run(goesOn: (tries: number) => boolean): Promise<void> {
    const { seeds, inputsPerRun: together } = this.#target
    if (!this.#isBegun) for (const seed of seeds) await this.#try([seed])
    this.#isBegun = true
    await this.#coverage.increase()
    for (let tries = 0; goesOn(tries);) {
      const batch: Buffer[] = []
      for (let nth = 0; nth < BATCH && goesOn(tries); nth += 1) {
        const inputs = Array.from({ length: 1 + this.#chance.below(together) }, () => this.#next())
        await this.#try(inputs)
        tries += 1
        this.tries += 1
        batch.push(...inputs)
      }
      if ((await this.#coverage.increase()) > 0) this.#keep(batch)
    }
  }

  #next(): Buffer {
    const { seeds, dictionary } = this.#target
    const pool = this.#chance.below(seeds.length + this.#kept.length) < seeds.length ? seeds : this.#kept
    const input = this.#chance.of(pool)
    return this.#chance.below(5) === 0 ? input : mutate(this.#chance, input, [...seeds, ...this.#kept], dictionary)
  }

  #keep(batch: readonly Buffer[]): void {
    // A part of a large buffer would keep all of it.
    for (const input of batch.map((it) => Buffer.from(it))) {
      this.#kept.push(input)
      this.#octets += input.length
    }
    while (this.#kept.length > MOST_KEPT || this.#octets > MOST_OCTETS) {
      const [gone] = this.#kept.splice(this.#chance.below(this.#kept.length), 1)
      this.#octets -= gone!.length
    }
  }

  /** An unhandled exception is a finding too. */
  async #try(inputs: readonly Buffer[]): Promise<void> {
    const { promise, reject } = Promise.withResolvers<never>()
    process.on('uncaughtException', reject)
    try {
      await Promise.race([promise, this.#target.run(inputs, this.#chance)])
    } catch (thrown) {
      throw new FuzzFailure(inputs, thrown)
    } finally {
      process.off('uncaughtException', reject)
    }
  }
}
