import { HOUR, MINUTE } from '../../core/time.ts'
import type { Log } from '../../core/log.ts'
import { refuse } from '../../core/refusal.ts'
import type { World } from '../../core/world.ts'
import type { KeyTable } from './key-table.ts'
import { aheadOf, isNextDue, type Schedule, signerAt } from './schedule.ts'
import { makeKey, type SigningKey, type StoredKey, useKey } from './signing-key.ts'

/** A token can name a key before the notice of that key comes. For unknown keys, the table is read at most this often. */
const LOOK_AGAIN = 100
/** The table is read at least this often, whatever notices come. */
const FRESH = MINUTE
/** Milliseconds until a read that failed after a notice is repeated. */
const READ_AGAIN = 500
const MOST_READS = 10
/** How often the node that makes the next key sees whether it is due. */
const INTERVAL = HOUR
/** The time until a failed key generation is repeated, while another key signs. */
const TRY_AGAIN = MINUTE
/** The most keys at a time; the schedule needs three. */
const MOST = 10

/**
 * The keys that sign tokens. One signs; all that have not expired are published and accepted. Notices keep it up to date
 * at every node.
 */
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
  /** The read that unknown keys wait for. */
  #looking: Promise<void> | undefined
  /** Whether this node makes the next key while another key signs. */
  #makesNext: boolean

  constructor(deps: { table: KeyTable; world: World; log: Log; schedule: Schedule; leased: boolean }) {
    this.#table = deps.table
    this.#world = deps.world
    this.#log = deps.log
    this.#schedule = deps.schedule
    this.#makesNext = !deps.leased
    deps.table.watch(() => void this.#refresh())
  }

  /** Makes the next key in time, until the signal aborts. Other nodes make a key only if none can sign. */
  async makeNext(signal: AbortSignal): Promise<void> {
    this.#makesNext = true
    const ended = Promise.withResolvers<void>()
    let last: Promise<unknown> = Promise.resolve()
    const wait = (): (() => void) =>
      this.#world.after(INTERVAL, () => {
        last = this.#keepUp().catch((error: unknown) => {
          this.#log.error({ err: error }, 'The signing keys could not be read')
        })
        cancel = wait()
      })
    let cancel = wait()
    if (signal.aborted) ended.resolve()
    else signal.addEventListener('abort', () => ended.resolve(), { once: true })
    await ended.promise
    cancel()
    await last
    this.#makesNext = false
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

  /** Returns the key with that `kid`, if tokens of it are still accepted. Another node may have made it just now. */
  async named(kid: string): Promise<SigningKey | undefined> {
    const known = this.believed(kid)
    if (known || this.#revoked.has(kid)) return known
    if (this.#world.elapsed() >= this.#loaded + LOOK_AGAIN) {
      this.#looking ??= this.#load().finally(() => (this.#looking = undefined))
    }
    await this.#looking
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
    const kid = await this.#make(immediately ? 0 : aheadOf(this.#schedule), (alive) => {
      if (alive.length < MOST) return false
      return refuse(
        'not-allowed',
        `There are already ${MOST} signing keys; one of them must expire or be revoked first`,
      )
    })
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
    const mayMake = this.#makesNext && this.#world.elapsed() >= this.#tryAgain
    if (signs && !(mayMake && isNextDue(this.#alive(), now, this.#schedule))) return
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

  /** Reads the keys after a notice. After a longer failure, the database wakes its readers when it is back. */
  async #refresh(tries = MOST_READS): Promise<void> {
    try {
      await this.#load()
    } catch (error) {
      this.#log.error({ err: error }, 'The signing keys could not be read')
      if (tries > 1) this.#world.after(READ_AGAIN, () => void this.#refresh(tries - 1))
    }
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
