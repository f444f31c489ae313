import type { Log } from '../../core/log.ts'
import type { World } from '../../core/world.ts'
import { ask, sql, type Sql } from '../../storage/engine.ts'
import { makeKey, type SigningKey, type StoredKey, useKey } from './signing-key.ts'

/** A key stops signing this long before it ends, so that what it signed (a day's lifetime at most) ends before it does. */
const OVERLAP = 30 * 86_400_000
/** An unknown key may be another process's new one; how often the table is asked for it. */
const LOOK_AGAIN = 10_000

/** The keys that sign tokens: the newest signs, all that have not ended are published and believed. */
export class KeyRing {
  readonly #sql: Sql
  readonly #world: World
  readonly #log: Log
  /** The newest first. */
  #keys: readonly SigningKey[] = []
  #loaded = -Infinity
  #making: Promise<void> | undefined

  constructor(deps: { sql: Sql; world: World; log: Log }) {
    this.#sql = deps.sql
    this.#world = deps.world
    this.#log = deps.log
  }

  /** The key that signs; made when there is none that may. */
  async signing(): Promise<SigningKey> {
    const known = this.#signing()
    if (known) return known
    await (this.#making ??= this.#make().finally(() => (this.#making = undefined)))
    const made = this.#signing()
    if (!made) throw new Error('The key that was made is not there')
    return made
  }

  async published(): Promise<readonly SigningKey[]> {
    await this.signing()
    return this.#alive()
  }

  /** The key of that name, if it may still be believed. */
  async named(kid: string): Promise<SigningKey | undefined> {
    const known = this.#find(kid)
    if (known || this.#world.now() < this.#loaded + LOOK_AGAIN) return known
    await this.#load()
    return this.#find(kid)
  }

  #find(kid: string): SigningKey | undefined {
    return this.#alive().find((key) => key.kid === kid)
  }

  #alive(): readonly SigningKey[] {
    const now = this.#world.now()
    return this.#keys.filter((key) => key.ends > now)
  }

  #signing(): SigningKey | undefined {
    const newest = this.#keys[0]
    return newest && newest.ends - OVERLAP > this.#world.now() ? newest : undefined
  }

  async #load(): Promise<void> {
    this.#loaded = this.#world.now()
    const rows = await this.#sql.all<StoredKey>(sql`
      select kid, certificate, private_key, created, ends from token_key
      where ends > ${this.#world.now()} order by created desc, kid`)
    this.#keys = rows.map((row) => this.#keys.find((key) => key.kid === row.kid) ?? useKey(row))
  }

  async #make(): Promise<void> {
    await this.#load()
    if (this.#signing()) return
    const key = await makeKey(this.#world)
    await this.#sql.write(function* () {
      // Another process may have been faster: then its key is the one.
      const others = yield* ask(sql`select kid from token_key where ends - ${OVERLAP} > ${key.created}`)
      if (others.length > 0) return
      yield* ask(sql`
        insert into token_key (kid, certificate, private_key, created, ends)
        values (${key.kid}, ${key.certificate}, ${key.private_key}, ${key.created}, ${key.ends})`)
    })
    await this.#load()
    this.#log.info({ kid: key.kid }, 'Made a key to sign tokens with')
  }
}
