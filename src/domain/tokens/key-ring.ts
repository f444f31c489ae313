import { MINUTE } from '../../core/time.ts'
import type { Log } from '../../core/log.ts'
import { refuse } from '../../core/refusal.ts'
import type { World } from '../../core/world.ts'
import type { KeyTable } from './key-table.ts'
import { aheadOf, isNextDue, type Schedule, signerAt } from './schedule.ts'
import { makeKey, type SigningKey, type StoredKey, useKey } from './signing-key.ts'

/** Another process may have made an unknown key. The table is read again at most this often. */
const LOOK_AGAIN = 10_000
/** The table is read at least this often: another process may have made or revoked a key. */
const FRESH = MINUTE
/** The time until a failed key generation is repeated, while another key signs. */
const TRY_AGAIN = MINUTE
/** The most keys at a time; the schedule needs three. */
const MOST = 10

/** The keys that sign tokens. One signs; all that have not expired are published and accepted. */
export class KeyRing {
  readonly #table: KeyTable
  readonly #world: World
  readonly #log: Log
  readonly #schedule: Schedule
  /** By `kid`; the key that signs last comes first. */
  #keys: ReadonlyMap<string, SigningKey> = new Map()
  /** Revoked before they expired. */
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

  /** Returns the key that signs. Makes and publishes the next key in time, or one that signs at once if none can. */
  async signing(): Promise<SigningKey> {
    await this.#keepUp()
    return this.#signer() ?? refuse('gone', 'The new signing key was removed')
  }

  async published(): Promise<readonly SigningKey[]> {
    await this.#keepUp()
    return this.#alive()
  }

  /** Returns the key with that `kid`, if tokens of it are still accepted. */
  async named(kid: string): Promise<SigningKey | undefined> {
    const known = this.believed(kid)
    if (known || this.#world.elapsed() < this.#loaded + LOOK_AGAIN) return known
    await this.#load()
    return this.believed(kid)
  }

  /** The same, from memory only. */
  believed(kid: string): SigningKey | undefined {
    const key = this.#keys.get(kid)
    return key && key.ends > this.#world.now() ? key : undefined
  }

  /** Makes another key. It signs after it was published for long enough, or at once. */
  async rotate({ immediately }: { immediately: boolean }): Promise<SigningKey> {
    await this.#keepUp()
    if (this.#alive().length >= MOST) {
      refuse('not-allowed', `There are already ${MOST} signing keys; one of them must expire or be revoked first`)
    }
    const kid = await this.#make(immediately ? 0 : aheadOf(this.#schedule), () => false)
    return this.believed(kid) ?? refuse('gone', 'The new signing key was removed')
  }

  /** Revokes a key, and with it every token that it signed. */
  async revoke(kid: string): Promise<void> {
    const removed = await this.#table.remove(kid)
    await this.#load()
    if (!removed) refuse('no-such-thing', `There is no signing key '${kid.slice(0, 64)}'`)
    this.#log.warn({ kid }, 'A signing key was revoked, and with it every token that it signed')
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
    if (this.#world.elapsed() >= this.#loaded + FRESH) await this.#load()
    const signs = this.#signer() !== undefined
    if (signs && (this.#world.elapsed() < this.#tryAgain || !isNextDue(this.#alive(), now, this.#schedule))) return
    await (this.#making ??= this.#makeDue().finally(() => (this.#making = undefined)))
  }

  async #makeDue(): Promise<void> {
    await this.#load()
    if (!this.#signer()) return this.#makeOneSign()
    try {
      const ahead = aheadOf(this.#schedule)
      await this.#make(ahead, (alive) => !isNextDue(alive, this.#world.now(), this.#schedule))
    } catch (error) {
      // Another key signs; it continues.
      this.#tryAgain = this.#world.elapsed() + TRY_AGAIN
      this.#log.error({ err: error }, 'The next signing key could not be made')
    }
  }

  /** Prefers a published key that was to sign later: some clients know it already. */
  async #makeOneSign(): Promise<void> {
    const waiting = this.#alive().findLast((key) => key.signsFrom > this.#world.now())
    if (waiting) {
      await this.#table.hasten(waiting.kid)
      return this.#load()
    }
    await this.#make(0, (alive) => signerAt(alive, this.#world.now()) !== undefined)
  }

  /**
   * Makes a key and returns its `kid`. If another process was faster, `superfluous` says so, and that process's key is
   * used.
   */
  async #make(ahead: number, superfluous: (alive: readonly StoredKey[]) => boolean): Promise<string> {
    const made = await makeKey(this.#world)
    const signsFrom = this.#world.now() + ahead
    const added = await this.#table.add({ ...made, signsFrom }, superfluous)
    await this.#load()
    if (added) this.#log.info({ kid: made.kid, signsFrom }, 'A signing key was made')
    return made.kid
  }

  async #load(): Promise<void> {
    this.#loaded = this.#world.elapsed()
    const look = ++this.#looks
    const rows = await this.#table.alive()
    // A read that began later has newer rows.
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
