import type { BlobRef, Naming } from '../engine.ts'
import { type BlobLocation, locationOf } from './record.ts'

/** Finds the records of a pack that rows name. */
export class NamedRecords {
  readonly #namings: Naming[] = []

  /** True if a part of the program has registered. Before, nothing is known of any record. */
  get isKnown(): boolean {
    return this.#namings.length > 0
  }

  keep(naming: Naming): void {
    this.#namings.push(naming)
  }

  /** In the order of their offsets. */
  async of(pack: number): Promise<readonly BlobLocation[]> {
    const found = new Map<number, BlobLocation>()
    // References of a pack begin with its number and a full stop. The slash is the next character after the full stop.
    const until = `${pack}/`
    for (const naming of this.#namings) {
      let refs: readonly BlobRef[] = await naming(`${pack}.`, until)
      while (refs.length > 0) {
        for (const location of refs.map(locationOf)) found.set(location.offset, location)
        refs = await naming(refs.at(-1)!, until)
      }
    }
    return [...found.values()].sort((a, b) => a.offset - b.offset)
  }
}
