import type { Leases, Migration } from '../../src/storage/engine.ts'

/** The table of shared secrets, in an engine of one node. */
export const secretTable: Migration = {
  number: 1,
  name: 'secrets',
  up: () => ['create table engine_secret (name text primary key, sealed text not null)'],
}

type LeasedJob = Parameters<Leases['run']>[1]

/** Leases of several nodes: the first node that asks for one has it until that node stops. */
export class TestLeases {
  readonly #waiting = new Map<string, LeasedJob[]>()
  readonly #ends = new Map<string, AbortController>()

  /** A node, and how to stop it. */
  node(): { readonly leases: Leases; readonly stop: () => void } {
    const mine = new Set<string>()
    return {
      leases: {
        run: (name, job) => {
          if (this.#ends.has(name)) {
            this.#waiting.set(name, [...(this.#waiting.get(name) ?? []), job])
            return
          }
          mine.add(name)
          this.#start(name, job)
        },
      },
      stop: () => {
        for (const name of mine) {
          this.#ends.get(name)!.abort()
          this.#ends.delete(name)
          const [next, ...others] = this.#waiting.get(name) ?? []
          this.#waiting.set(name, others)
          if (next) this.#start(name, next)
        }
      },
    }
  }

  #start(name: string, job: LeasedJob): void {
    const end = new AbortController()
    this.#ends.set(name, end)
    void job(end.signal)
  }
}
