/** Where a message was said to be. */
export interface Placed {
  readonly folder: string
  readonly uid: number | undefined
}

/** A message that a folder holds. */
export interface Present {
  readonly uid: number
  readonly letter: number
  readonly flags: string
}

/** Records what the server acknowledged about one mailbox, and what it may have done without an answer. */
export class MailboxRecord {
  /** Messages that have to be in the mailbox exactly once, by number. The folder is undefined for a delivery. */
  readonly #acknowledged = new Map<number, Placed>()
  /** Messages whose command was not answered: present once or not at all. */
  readonly #inDoubt = new Set<number>()
  /** Messages whose removal was acknowledged. */
  readonly #removed = new Set<number>()
  /** Messages whose removal was not answered. */
  readonly #removing = new Set<number>()
  /** Messages that a command, not answered, may have moved to another folder. */
  readonly #moving = new Set<number>()
  /** Messages that have to have the flag, or not to have it. */
  readonly #flagged = new Map<number, boolean>()
  /** Messages whose change of the flag was not answered: it may come late. With the state before. */
  readonly #flagging = new Map<number, boolean | undefined>()
  /** Every UID that was ever seen, by folder, and the message it named. */
  readonly #uids = new Map<string, number>()

  get acknowledged(): number {
    return this.#acknowledged.size
  }

  attempt(letters: readonly number[]): void {
    for (const letter of letters) this.#inDoubt.add(letter)
  }

  /** The server accepted the message. */
  accept(letter: number, folder: string, uid?: number): void {
    if (uid !== undefined) this.#meet(folder, uid, letter)
    this.#inDoubt.delete(letter)
    // Another client may remove a message before its writer hears that it was accepted.
    if (!this.#removed.has(letter)) this.#acknowledged.set(letter, { folder, uid })
  }

  /** The server refused the message: it must not be there. */
  reject(letters: readonly number[]): void {
    for (const letter of letters) this.#inDoubt.delete(letter)
  }

  attemptRemoval(letters: readonly number[]): void {
    for (const letter of letters) this.#removing.add(letter)
  }

  removed(letters: readonly number[]): void {
    for (const letter of letters) {
      this.#removing.delete(letter)
      this.#acknowledged.delete(letter)
      this.#removed.add(letter)
    }
  }

  attemptMove(letters: readonly number[]): void {
    for (const letter of letters) this.#moving.add(letter)
  }

  moved(letter: number, folder: string, uid: number): void {
    this.#moving.delete(letter)
    this.accept(letter, folder, uid)
  }

  attemptFlag(letters: readonly number[]): void {
    for (const letter of letters) {
      this.#flagging.set(letter, this.#flagged.get(letter))
      this.#flagged.delete(letter)
    }
  }

  /** The server answered, and ignored these messages. */
  leftFlag(letters: readonly number[]): void {
    for (const letter of letters) {
      const before = this.#flagging.get(letter)
      this.#flagging.delete(letter)
      if (before !== undefined) this.#flagged.set(letter, before)
    }
  }

  flagged(letters: readonly number[], isSet = true): void {
    for (const letter of letters) {
      this.#flagging.delete(letter)
      this.#flagged.set(letter, isSet)
    }
  }

  /** Messages of a folder that no unanswered command touches, with their UIDs. */
  settled(folder: string, most: number): readonly { letter: number; uid: number }[] {
    const found: { letter: number; uid: number }[] = []
    for (const [letter, place] of this.#acknowledged) {
      if (place.folder !== folder || place.uid === undefined) continue
      if (this.#removing.has(letter) || this.#moving.has(letter) || this.#flagging.has(letter)) continue
      found.push({ letter, uid: place.uid })
      if (found.length === most) break
    }
    return found
  }

  /**
   * Compares with all that the mailbox holds. What is found decides what was in doubt. Returns how many messages in
   * doubt were there and how many were not.
   */
  check(name: string, held: ReadonlyMap<string, readonly Present[]>): { found: number; absent: number } {
    const seen = new Map<number, { folder: string } & Present>()
    for (const [folder, messages] of held) {
      for (const message of messages) {
        this.#meet(folder, message.uid, message.letter)
        const twice = seen.get(message.letter)
        if (twice)
          throw new Error(
            `${name} has message ${message.letter} twice: ${twice.folder} ${twice.uid}, ${folder} ${message.uid}`,
          )
        seen.set(message.letter, { folder, ...message })
      }
    }
    this.#checkPresent(name, seen)
    return this.#settle(name, seen)
  }

  #checkPresent(name: string, seen: ReadonlyMap<number, { folder: string } & Present>): void {
    for (const [letter, { folder, uid }] of this.#acknowledged) {
      const found = seen.get(letter)
      if (!found) {
        if (this.#removing.has(letter)) continue
        throw new Error(`${name}: message ${letter} was acknowledged and is lost`)
      }
      const same = found.folder === folder && (uid === undefined || found.uid === uid)
      if (!same && !this.#moving.has(letter))
        throw new Error(
          `${name}: message ${letter} was in ${folder} as ${uid} and is in ${found.folder} as ${found.uid}`,
        )
      const flagged = this.#flagged.get(letter)
      if (flagged === undefined || flagged === found.flags.includes('\\Flagged')) continue
      const where = `message ${letter} (${found.folder} ${found.uid})`
      throw new Error(`${name}: ${where} has ${flagged ? 'lost its flag' : 'its flag again'}`)
    }
    for (const letter of this.#removed)
      if (seen.has(letter)) throw new Error(`${name}: message ${letter} was removed and is back`)
  }

  #settle(name: string, seen: ReadonlyMap<number, { folder: string } & Present>): { found: number; absent: number } {
    let [found, absent] = [0, 0]
    for (const [letter, { folder, uid }] of seen) {
      if (this.#inDoubt.delete(letter)) found += 1
      else if (!this.#acknowledged.has(letter)) throw new Error(`${name}: message ${letter} was never sent`)
      this.#acknowledged.set(letter, { folder, uid })
    }
    absent += this.#inDoubt.size
    // The server is another process now: what is not there by now never comes.
    this.#inDoubt.clear()
    for (const letter of this.#removing) {
      if (seen.has(letter)) continue
      this.#acknowledged.delete(letter)
      this.#removed.add(letter)
    }
    this.#removing.clear()
    this.#moving.clear()
    this.#flagging.clear()
    return { found, absent }
  }

  #meet(folder: string, uid: number, letter: number): void {
    const key = `${folder} ${uid}`
    const before = this.#uids.get(key)
    if (before !== undefined && before !== letter)
      throw new Error(`${key} was message ${before} and is message ${letter}`)
    this.#uids.set(key, letter)
  }
}
