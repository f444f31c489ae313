/** A folder in which nothing is ever removed. */
export const KEPT = 'kept'

/** Messages that a command without an answer may have removed. */
export interface Suspect {
  readonly folder: string
  /** Missing if the command removes all messages with \Deleted. */
  readonly uids?: readonly number[]
}

/** Facts about folders that the server acknowledged to any session, and that stay true. */
export class FolderFacts {
  letters = 0
  /** Whether messages are removed by name alone: else some go that the one who removes them never heard of. */
  byName = false
  commands = 0
  /** Letters by folder and UID: a UID never means another message. */
  readonly #letters = new Map<string, number>()
  readonly #acknowledged = new Map<string, Set<number>>()
  readonly #gone = new Map<string, Set<number>>()
  /** How many more are gone, nobody knows which. */
  readonly #blurred = new Map<string, number>()
  /** Keywords that one session alone sets in {@link KEPT}: what they were last, and what they may be by now. */
  readonly #marks = new Map<string, Set<boolean>>()

  get met(): number {
    return this.#letters.size
  }

  meet(folder: string, uid: number, letter: number): void {
    const key = `${folder} ${uid}`
    const before = this.#letters.get(key)
    if (before !== undefined && before !== letter) throw new Error(`${key} was letter ${before} and is ${letter}`)
    this.#letters.set(key, letter)
  }

  letterAt(folder: string, uid: number): number | undefined {
    return this.#letters.get(`${folder} ${uid}`)
  }

  /** Returns the messages that are certainly in {@link KEPT}, by UID. */
  kept(): ReadonlyMap<number, number | undefined> {
    return new Map(Array.from(into(this.#acknowledged, KEPT), (uid) => [uid, this.letterAt(KEPT, uid)]))
  }

  acknowledged(folder: string, uid: number, letter?: number): void {
    if (letter !== undefined) this.meet(folder, uid, letter)
    into(this.#acknowledged, folder).add(uid)
  }

  gone(folder: string, uids: readonly number[], unknown = 0): void {
    if (folder === KEPT && uids.length + unknown > 0) throw new Error(`${uids.join(' ')} of ${KEPT} are gone`)
    for (const uid of uids) into(this.#gone, folder).add(uid)
    this.#blurred.set(folder, (this.#blurred.get(folder) ?? 0) + unknown)
  }

  /** Somebody is about to set or clear a keyword of his own. */
  marking(keyword: string, uids: readonly number[], set: boolean): void {
    for (const uid of uids) this.#mark(keyword, uid).add(set)
  }

  /** It was acknowledged. */
  marked(keyword: string, uids: readonly number[], set: boolean): void {
    for (const uid of uids) this.#marks.set(`${keyword} ${uid}`, new Set([set]))
  }

  #mark(keyword: string, uid: number): Set<boolean> {
    const key = `${keyword} ${uid}`
    // A copy has what its original had.
    const known = this.#marks.get(key) ?? new Set([false, true])
    this.#marks.set(key, known)
    return known
  }

  /** Compares with what a folder really holds, flags by UID; from then on that is what is known. */
  check(folder: string, present: ReadonlyMap<number, string>, suspects: readonly Suspect[]): void {
    const gone = into(this.#gone, folder)
    const risen = [...gone].filter((uid) => present.has(uid))
    if (risen.length > 0) throw new Error(`${folder}: UIDs ${risen.join(' ')} were gone and are there`)
    const mine = suspects.filter((it) => it.folder === folder)
    const missing = [...into(this.#acknowledged, folder)].filter(
      (uid) => !present.has(uid) && !gone.has(uid) && !mine.some(({ uids }) => uids?.includes(uid)),
    )
    const excused = mine.some(({ uids }) => uids === undefined) ? Infinity : (this.#blurred.get(folder) ?? 0)
    if (missing.length > excused) throw new Error(`${folder}: UIDs ${missing.join(' ')} were acknowledged and are lost`)
    if (folder === KEPT) this.#checkMarks(present)
    this.#acknowledged.set(folder, new Set(present.keys()))
    this.#blurred.set(folder, 0)
  }

  #checkMarks(present: ReadonlyMap<number, string>): void {
    for (const [key, possible] of this.#marks) {
      const [keyword, uid] = key.split(' ') as [string, string]
      const really = present.get(Number(uid))!.split(' ').includes(keyword)
      if (!possible.has(really)) throw new Error(`${KEPT}: ${key} is ${really}, which it never was`)
      this.#marks.set(key, new Set([really]))
    }
  }
}

function into(sets: Map<string, Set<number>>, folder: string): Set<number> {
  const known = sets.get(folder) ?? new Set<number>()
  sets.set(folder, known)
  return known
}
