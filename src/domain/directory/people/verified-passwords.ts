import { createHmac, timingSafeEqual } from 'node:crypto'
import type { UserId } from '../../../core/ids.ts'
import type { World } from '../../../core/world.ts'

/** Users whose password is remembered; past it the one who was verified longest ago is forgotten. */
const MOST = 10_000
/** As long as a token would be good: so long after it was verified a password is verified again. */
const LONGEST = 3_600_000

interface Known {
  readonly mac: Buffer
  readonly until: number
}

/**
 * Passwords that were found right a while ago, so that a program that signs in every minute costs no Argon2id each time.
 * What is kept is an HMAC under a key that never leaves the process, over the kept hash too: another password ends it.
 */
export class VerifiedPasswords {
  readonly #world: World
  #key: Uint8Array | undefined
  readonly #known = new Map<UserId, Known>()

  constructor(world: World) {
    this.#world = world
  }

  /** Whether this is the password that was found right. Takes as long for whoever is not known. */
  has(user: UserId | undefined, hash: string, password: string): boolean {
    const mac = this.#mac(user, hash, password)
    const known = user && this.#known.get(user)
    const same = timingSafeEqual(known?.mac ?? nothing, mac)
    return known !== undefined && same && this.#world.now() < known.until
  }

  add(user: UserId, hash: string, password: string): void {
    this.#known.delete(user)
    const [oldest] = this.#known.keys()
    if (oldest !== undefined && this.#known.size >= MOST) this.#known.delete(oldest)
    this.#known.set(user, { mac: this.#mac(user, hash, password), until: this.#world.now() + LONGEST })
  }

  #mac(user: UserId | undefined, hash: string, password: string): Buffer {
    this.#key ??= this.#world.bytes(32)
    return createHmac('sha256', this.#key)
      .update(JSON.stringify([user, hash, password]))
      .digest()
  }
}

const nothing = Buffer.alloc(32)
