import { MINUTE } from '../../core/duration.ts'
import type { Log } from '../../core/log.ts'
import { refuse } from '../../core/refusal.ts'
import type { World } from '../../core/world.ts'
import type { KeyTable } from './key-table.ts'
import { aheadOf, isNextDue, type Schedule, signerAt } from './schedule.ts'
import { makeKey, type SigningKey, type StoredKey, useKey } from './signing-key.ts'

/** An unknown key may be another process's new one; how often the table is asked for it. */
const LOOK_AGAIN = 10_000
/** How often the table is looked at all the same: another process may have made a key, or taken one back. */
const FRESH = MINUTE
/** How long after a key could not be made it is tried again, while there is another that signs. */
const TRY_AGAIN = MINUTE
/** Keys that are kept at once; turns as they are scheduled need three. */
const MOST = 10

/** The keys that sign tokens: one signs, all that have not ended are published and believed. */
export class KeyRing {
  readonly #table: KeyTable
  readonly #world: World
  readonly #log: Log
  readonly #schedule: Schedule
  /** By name, the one that signs last first. */
  #keys: ReadonlyMap<string, SigningKey> = new Map()
  /** Taken back before their time. */
  readonly #revoked = new Set<string>()
  readonly #told: (() => void)[] = []
  #loaded = -Infinity
  #looks = 0
  #seen = 0
  #tryAgain = -Infinity
  #making: Promise<void> | undefined

  constructor(deps: { table: KeyTable; world: World; log: Log; schedule: Schedule }) {
    this.#table = deps.table
    this.#world = deps.world
    this.#log = deps.log
    this.#schedule = deps.schedule
  }

  /** The key that signs. The next one is made and published in good time, and one that signs at once where none may. */
  async signing(): Promise<SigningKey> {
    await this.#keepUp()
    return this.#signer() ?? refuse('gone', 'The key that was made to sign tokens is gone again')
  }

  async published(): Promise<readonly SigningKey[]> {
    await this.#keepUp()
    return this.#alive()
  }

  /** The key of that name, if it may still be believed. */
  async named(kid: string): Promise<SigningKey | undefined> {
    const known = this.believed(kid)
    if (known || this.#world.now() < this.#loaded + LOOK_AGAIN) return known
    await this.#load()
    return this.believed(kid)
  }

  /** As far as it is known by now. */
  believed(kid: string): SigningKey | undefined {
    const key = this.#keys.get(kid)
    return key && key.ends > this.#world.now() ? key : undefined
  }

  /** Makes another key, which signs as soon as it has been published for long enough, or at once. */
  async rotate({ immediately }: { immediately: boolean }): Promise<SigningKey> {
    await this.#keepUp()
    if (this.#alive().length >= MOST) {
      refuse('not-allowed', `There are ${MOST} signing keys already; some have to end before another one is made`)
    }
    const kid = await this.#make(immediately ? 0 : aheadOf(this.#schedule), () => false)
    return this.believed(kid) ?? refuse('gone', 'The key that was made to sign tokens is gone again')
  }

  /** Ends a key, and with it every token that it signed. */
  async revoke(kid: string): Promise<void> {
    const removed = await this.#table.remove(kid)
    await this.#load()
    if (!removed) refuse('no-such-thing', `There is no signing key '${kid.slice(0, 64)}'`)
    this.#log.warn({ kid }, 'A key that signed tokens was taken back, and with it every token that it signed')
    await this.#keepUp()
  }

  isRevoked(kid: string): boolean {
    return this.#revoked.has(kid)
  }

  whenRevoked(run: () => void): void {
    this.#told.push(run)
  }

  #alive(): readonly SigningKey[] {
    const now = this.#world.now()
    return [...this.#keys.values()].filter((key) => key.ends > now)
  }

  #signer(): SigningKey | undefined {
    return signerAt(this.#alive(), this.#world.now())
  }

  async #keepUp(): Promise<void> {
    const now = this.#world.now()
    if (now >= this.#loaded + FRESH) await this.#load()
    const signs = this.#signer() !== undefined
    if (signs && (now < this.#tryAgain || !isNextDue(this.#alive(), now, this.#schedule))) return
    await (this.#making ??= this.#makeDue().finally(() => (this.#making = undefined)))
  }

  async #makeDue(): Promise<void> {
    await this.#load()
    if (!this.#signer()) return this.#makeOneSign()
    try {
      const ahead = aheadOf(this.#schedule)
      await this.#make(ahead, (alive) => !isNextDue(alive, this.#world.now(), this.#schedule))
    } catch (error) {
      // There is one that signs; it goes on.
      this.#tryAgain = this.#world.now() + TRY_AGAIN
      this.#log.error({ err: error }, 'The next key to sign tokens with could not be made')
    }
  }

  /** One that is published and was to sign later has been seen by some clients at least. */
  async #makeOneSign(): Promise<void> {
    const waiting = this.#alive().findLast((key) => key.signsFrom > this.#world.now())
    if (waiting) {
      await this.#table.hasten(waiting.kid)
      return this.#load()
    }
    await this.#make(0, (alive) => signerAt(alive, this.#world.now()) !== undefined)
  }

  /** Answers the new key's name. Another process may have been faster: then `superfluous` says so, and its key is the one. */
  async #make(ahead: number, superfluous: (alive: readonly StoredKey[]) => boolean): Promise<string> {
    const made = await makeKey(this.#world)
    const signsFrom = this.#world.now() + ahead
    const added = await this.#table.add({ ...made, signsFrom }, superfluous)
    await this.#load()
    if (added) this.#log.info({ kid: made.kid, signsFrom }, 'Made a key to sign tokens with')
    return made.kid
  }

  async #load(): Promise<void> {
    this.#loaded = this.#world.now()
    const look = ++this.#looks
    const rows = await this.#table.alive()
    // A look that began later has told more.
    if (look < this.#seen) return
    this.#seen = look
    const before = this.#alive()
    this.#keys = new Map(rows.map((row) => [row.kid, this.#used(row)]))
    const gone = before.filter(({ kid }) => !this.#keys.has(kid))
    if (gone.length === 0) return
    for (const { kid } of gone) this.#revoked.add(kid)
    for (const tell of this.#told) tell()
  }

  #used(row: StoredKey): SigningKey {
    const known = this.#keys.get(row.kid)
    return known ? { ...known, signsFrom: row.signsFrom, ends: row.ends } : useKey(row, this.#table.open(row))
  }
}
