import { numbersIn } from './letters.ts'

/** A search that is kept up to date, and the UIDs that it finds, as far as was told. */
export interface LiveResult {
  readonly search: string
  readonly uids: ReadonlySet<number>
}

/** RFC 5267 §4.3: what a session was told of searches of the selected folder; says where that cannot be. */
export class LiveResults {
  readonly #results = new Map<string, { search: string; uids: Set<number> }>()
  #expected: string | undefined

  get all(): readonly LiveResult[] {
    return [...this.#results.values()]
  }

  /** A search of which the answer comes next. */
  expect(search: string): void {
    this.#expected = search
  }

  /** The folder is left. */
  clear(): void {
    this.#results.clear()
    this.#expected = undefined
  }

  hear(untagged: readonly string[]): void {
    for (const response of untagged) {
      const [, tag, rest] = /^ESEARCH \(TAG "([^"]+)"\) UID ?(.*)$/.exec(response) ?? []
      if (tag === undefined) continue
      if (/^(?:ADDTO|REMOVEFROM)/.test(rest!)) this.#change(tag, rest!)
      else if (this.#expected !== undefined) this.#begin(tag, rest!)
    }
  }

  #begin(tag: string, rest: string): void {
    const set = /^ALL (\S+)$/.exec(rest)?.[1]
    this.#results.set(tag, { search: this.#expected!, uids: new Set(set === undefined ? [] : numbersIn(set)) })
    this.#expected = undefined
  }

  #change(tag: string, rest: string): void {
    const uids = this.#results.get(tag)?.uids
    if (!uids) throw new Error(`${tag} is told of, and is no search of this folder`)
    for (const [, name, set] of rest.matchAll(/(ADDTO|REMOVEFROM) \(0 ([\d,:]+)\)/g)) {
      for (const uid of numbersIn(set!)) {
        if (uids.has(uid) === (name === 'ADDTO'))
          throw new Error(`${name} of ${uid}, which has been told before: ${rest}`)
        if (name === 'ADDTO') uids.add(uid)
        else uids.delete(uid)
      }
    }
  }
}
