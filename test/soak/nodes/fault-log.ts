/** Faults of what all nodes share. Any other name is that of a node. */
export type Shared = 'database' | 'objects'

/** Milliseconds after the end of a fault for which clients may still hear of it. */
const GRACE: Readonly<Record<string, number>> = { database: 10_000, objects: 5_000 }
const NODE_GRACE = 2_000

/** Records when there was which fault, to tell whether a client was disturbed with a reason. */
export class FaultLog {
  readonly #faults: { readonly of: string; readonly from: number; to: number }[] = []

  began(of: string): void {
    this.#faults.push({ of, from: performance.now(), to: Number.POSITIVE_INFINITY })
  }

  ended(of: string): void {
    const fault = this.#faults.findLast((it) => it.of === of)
    if (fault) fault.to = performance.now()
  }

  /** The fault that explains what a client of a node met in a session that began at `since`; undefined if no fault does. */
  excuse(node: string | undefined, since: number): string | undefined {
    return [node, 'database', 'objects'].find((it) => it !== undefined && this.#overlaps(it, since))
  }

  excusesStart(): boolean {
    return this.#overlaps('database', performance.now()) || this.#overlaps('objects', performance.now())
  }

  #overlaps(of: string, since: number): boolean {
    return this.#faults.some((it) => it.of === of && it.to + (GRACE[of] ?? NODE_GRACE) >= since)
  }
}
