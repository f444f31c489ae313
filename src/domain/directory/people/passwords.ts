import { createHmac, timingSafeEqual } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { hash, verify } from '@node-rs/argon2'
import { HOUR } from '../../../core/time.ts'
import type { TenantId, UserId } from '../../../core/ids.ts'
import { networkOf } from '../../../core/network.ts'
import { Refusal } from '../../../core/refusal.ts'
import type { World } from '../../../core/world.ts'
import { sql } from '../../../storage/engine.ts'
import type { DirectoryTx } from '../directory-tx.ts'
import { limits } from '../limits.ts'
import { fold } from '../names.ts'
import type { DirectorySettings } from '../settings.ts'
import type { PasswordCheck } from '../types.ts'
import { checkNewPassword } from './password-rules.ts'
import { Lockout } from './lockout.ts'
import { userOf, type UserRow } from './user-row.ts'

/** At most half of the cores compare passwords; the other half stays free for other work. */
const AT_ONCE = Math.min(2, Math.max(1, Math.floor(availableParallelism() / 2)))
const MOST_WAITING = 200

/** The hash of an unknown text: compared if the user has no password, so that the time is the same. */
const nobodys = '$argon2id$v=19$m=19456,t=2,p=1$1CFMRhtiiJ4HcQr3YyWNjQ$AVjpMUXA793t4FU1JOsewNtRf4XZUSfdoEz3maZFZ68'

type KeptRow = UserRow & { readonly password_hash: string | null; readonly must_change_password: number }

/**
 * Argon2id at the library's defaults (19 MiB, two passes): people's passwords can be guessed, so each guess must be
 * slow.
 */
export class Passwords {
  readonly #directoryTx: DirectoryTx
  readonly #lockout: Lockout
  readonly #verified: VerifiedPasswords
  readonly #turns = new FairQueue(AT_ONCE, MOST_WAITING)
  /** A separate queue: administrators who set passwords do not wait for sign-ins. */
  readonly #making = new FairQueue(1, Infinity)

  constructor(directoryTx: DirectoryTx, settings: DirectorySettings) {
    this.#directoryTx = directoryTx
    this.#lockout = new Lockout(directoryTx, settings)
    this.#verified = new VerifiedPasswords(directoryTx.world)
  }

  /** Hashes a new password of the user of that name. Refuses `bad-syntax` if it does not comply with the rules. */
  async hash(password: string, userPrincipalName: string): Promise<string> {
    checkNewPassword(password, userPrincipalName)
    return this.#making.take(() => hash(password))
  }

  /**
   * Compares once, for known and unknown users; a recently verified password is not compared again. Requests from one
   * network wait in one queue, and do not delay other networks.
   */
  async check(tenant: TenantId, userPrincipalName: string, password: string, from = ''): Promise<PasswordCheck> {
    const guess = password.length <= limits.password ? password : ''
    const network = networkOf(from)
    const known = await this.#find(tenant, userPrincipalName)
    const remembered = this.#verified.has(known?.id, known?.password_hash ?? nobodys, guess)
    // For a locked account, a fast answer would reveal that the guess was right.
    if (known && remembered && !(await this.#lockout.isLocked({ tenant, user: known.id, network }))) {
      return this.#judge(known, network, true)
    }
    return this.#turns.take(async () => {
      // The password can change while the request waits.
      const row = await this.#find(tenant, userPrincipalName)
      const kept = row?.password_hash ?? nobodys
      const right = await verify(kept, guess)
      if (!row) return { ok: false, because: 'unknown', user: undefined }
      if (right) this.#verified.add(row.id, kept, guess)
      return this.#judge(row, network, right)
    }, network)
  }

  #find(tenant: TenantId, userPrincipalName: string): Promise<KeptRow | undefined> {
    return this.#directoryTx.first<KeptRow>(
      sql`select * from directory_user where tenant = ${tenant} and upn_key = ${fold(userPrincipalName)}`,
    )
  }

  /** Checks the lock after the comparison, so that concurrent guesses cannot bypass the count. */
  async #judge(row: KeptRow, network: string, right: boolean): Promise<PasswordCheck> {
    const user = userOf(row)
    const tried = { tenant: user.tenant, user: user.id, network }
    if (await this.#lockout.isLocked(tried)) return { ok: false, because: 'locked', user }
    if (row.password_hash === null) return { ok: false, because: 'no-password', user }
    if (!right) {
      this.#lockout.count(tried)
      return { ok: false, because: 'wrong', user }
    }
    await this.#lockout.forget(tried)
    if (!user.accountEnabled) return { ok: false, because: 'disabled', user }
    return { ok: true, user, mustChange: row.must_change_password === 1 }
  }
}

/** Users whose password is remembered; beyond it, the one with the oldest verification is forgotten. */
const MOST = 10_000
/** The lifetime of a token: after this time the password is compared again. */
const LONGEST = HOUR

interface Known {
  readonly mac: Buffer
  readonly until: number
}

/**
 * Remembers recently verified passwords, so that a program that signs in every minute does not cost an Argon2id each
 * time. Holds only an HMAC under a key that never leaves the process. The HMAC includes the stored hash, so a changed
 * password does not match.
 */
export class VerifiedPasswords {
  readonly #world: World
  #key: Uint8Array | undefined
  readonly #known = new Map<UserId, Known>()

  constructor(world: World) {
    this.#world = world
  }

  /** Whether this is the verified password. Takes the same time for an unknown user. */
  has(user: UserId | undefined, hash: string, password: string): boolean {
    const mac = this.#mac(user, hash, password)
    const known = user && this.#known.get(user)
    const same = timingSafeEqual(known?.mac ?? nothing, mac)
    return known !== undefined && same && this.#world.elapsed() < known.until
  }

  add(user: UserId, hash: string, password: string): void {
    this.#known.delete(user)
    const [oldest] = this.#known.keys()
    if (oldest !== undefined && this.#known.size >= MOST) this.#known.delete(oldest)
    this.#known.set(user, { mac: this.#mac(user, hash, password), until: this.#world.elapsed() + LONGEST })
  }

  #mac(user: UserId | undefined, hash: string, password: string): Buffer {
    this.#key ??= this.#world.bytes(32)
    return createHmac('sha256', this.#key)
      .update(JSON.stringify([user, hash, password]))
      .digest()
  }
}

const nothing = Buffer.alloc(32)

interface Waiting {
  readonly letIn: () => void
  readonly turnAway: (refusal: Refusal) => void
}

/**
 * Limits expensive work: how much runs at once and how much waits. Networks take turns, however many requests each has.
 * Beyond the limit, the network with the most waiting requests is refused `busy`.
 */
export class FairQueue {
  readonly #atOnce: number
  readonly #mostWaiting: number
  #running = 0
  #held = 0
  /** By network; the next one in turn is first. */
  readonly #waiting = new Map<string, Waiting[]>()

  constructor(atOnce: number, mostWaiting: number) {
    this.#atOnce = atOnce
    this.#mostWaiting = mostWaiting
  }

  async take<T>(work: () => Promise<T>, whose = ''): Promise<T> {
    if (this.#running < this.#atOnce) this.#running++
    else await this.#wait(whose)
    try {
      return await work()
    } finally {
      this.#handOn()
    }
  }

  /** Passes the turn directly to the next in the queue, so that no new request can take it. */
  #handOn(): void {
    const [next] = this.#waiting
    if (!next) {
      this.#running--
      return
    }
    const [whose, [first, ...others]] = next
    this.#waiting.delete(whose)
    if (others.length > 0) this.#waiting.set(whose, others)
    this.#held--
    first!.letIn()
  }

  #wait(whose: string): Promise<void> {
    const own = this.#waiting.get(whose) ?? []
    if (this.#held >= this.#mostWaiting) this.#makeRoom(own.length)
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    this.#waiting.set(whose, [...own, { letIn: resolve, turnAway: reject }])
    this.#held++
    return promise
  }

  /** Refuses the last request of the longest queue, or the new one if no other queue is longer than its own. */
  #makeRoom(own: number): void {
    const busy = new Refusal('busy', 'Too many passwords are being checked; try again.')
    const [longest] = [...this.#waiting.values()].sort((one, other) => other.length - one.length)
    if (!longest || longest.length <= own + 1) throw busy
    longest.pop()!.turnAway(busy)
    this.#held--
  }
}
