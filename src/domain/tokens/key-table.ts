import { refuse } from '../../core/refusal.ts'
import type { World } from '../../core/world.ts'
import { ask, named, type Notifier, type Sql, sql, type Statements, type Unsubscribe } from '../../storage/engine.ts'
import { endOf } from './schedule.ts'
import { isEncryptedKey, encryptKey, decryptKey } from './sealing.ts'
import type { StoredKey } from './signing-key.ts'

/** The keys that encrypt the stored signing keys; undefined if they are stored in clear. */
export interface MasterKeys {
  readonly current: string | undefined
  /** The master key before {@link MasterKeys.current}. */
  readonly previous: string | undefined
}

/** Every write of the keys holds this; their notices have it as topic. */
export const signingKeys = named('signing keys')

/** The stored signing keys. Every change makes their revision larger and is followed by a notice. */
export class KeyTable {
  readonly #sql: Sql
  readonly #notifier: Notifier
  readonly #world: World
  readonly #master: MasterKeys

  constructor(deps: { sql: Sql; notifier: Notifier; world: World; master: MasterKeys }) {
    this.#sql = deps.sql
    this.#notifier = deps.notifier
    this.#world = deps.world
    this.#master = deps.master
    deps.notifier.marks('named', async (topics) => {
      if (!topics.includes(signingKeys)) return new Map()
      const row = await deps.sql.first<{ revision: number }>(sql`select revision from token_key_revision where one = 1`)
      return new Map([[signingKeys, row?.revision ?? 0]])
    })
  }

  /** Calls `changed` when this node or another has changed the keys. */
  watch(changed: () => void): Unsubscribe {
    return this.#notifier.subscribe(signingKeys, changed)
  }

  async #write<T>(work: () => Statements<T>): Promise<T> {
    const result = await this.#sql.write(
      function* () {
        yield* ask(sql`insert into token_key_revision (one, revision) values (1, 1)
          on conflict (one) do update set revision = token_key_revision.revision + 1`)
        return yield* work()
      },
      [signingKeys],
    )
    this.#notifier.notify(signingKeys)
    return result
  }

  /** The keys that have not expired. */
  alive(): Promise<readonly StoredKey[]> {
    return this.#sql.all<StoredKey>(aliveAt(this.#world.now()))
  }

  /**
   * Returns the private key in clear. Refuses one that the master keys cannot decrypt. While the nodes change to a new
   * master key one after another, a key can be encrypted with either.
   */
  open({ kid, privateKey }: StoredKey): string {
    if (!isEncryptedKey(privateKey)) return privateKey
    const { current, previous } = this.#master
    if (current === undefined) return refuse('not-allowed', missing)
    for (const master of [current, previous]) {
      const key = master === undefined ? undefined : decryptKey(master, kid, privateKey)
      if (key !== undefined) return key
    }
    return refuse('not-allowed', wrong)
  }

  /**
   * Stores another key, unless `superfluous` says that the existing ones make it unnecessary. It is asked inside the
   * write, and may refuse.
   */
  add(key: Omit<StoredKey, 'ends'>, superfluous: (alive: readonly StoredKey[]) => boolean): Promise<boolean> {
    const { current } = this.#master
    const kept = current === undefined ? key.privateKey : encryptKey(this.#world, current, key.kid, key.privateKey)
    const now = this.#world.now()
    return this.#write(function* () {
      if (superfluous(yield* ask<StoredKey>(aliveAt(now)))) return false
      yield* ask(sql`delete from token_key where ends <= ${now}`)
      yield* ask(sql`
        insert into token_key (kid, certificate, private_key, created, signs_from, expires, ends)
        values (${key.kid}, ${key.certificate}, ${kept}, ${key.created}, ${key.signsFrom}, ${key.expires}, ${key.expires})`)
      yield* settleEnds(now)
      return true
    })
  }

  /** Deletes a key. Returns false if it does not exist. */
  remove(kid: string): Promise<boolean> {
    const now = this.#world.now()
    return this.#write(function* () {
      const removed = yield* ask(sql`delete from token_key where kid = ${kid} and ends > ${now} returning kid`)
      yield* settleEnds(now)
      return removed.length > 0
    })
  }

  /** Makes a key sign from now on. */
  hasten(kid: string): Promise<void> {
    const now = this.#world.now()
    return this.#write(function* () {
      yield* ask(sql`update token_key set signs_from = ${now} where kid = ${kid} and signs_from > ${now}`)
      yield* settleEnds(now)
    })
  }

  /**
   * Encrypts all keys with the current master key, also those encrypted with the previous one. Returns the number of
   * keys that were in clear. If one of the keys cannot be decrypted, it refuses and changes nothing.
   */
  async sealAll(): Promise<number> {
    const { current, previous } = this.#master
    const alive = await this.alive()
    const stale = alive.flatMap((key) => {
      if (current === undefined) return isEncryptedKey(key.privateKey) ? refuse('not-allowed', missing) : []
      if (!isEncryptedKey(key.privateKey)) return [{ ...key, pem: key.privateKey }]
      if (decryptKey(current, key.kid, key.privateKey) !== undefined) return []
      const pem = previous === undefined ? undefined : decryptKey(previous, key.kid, key.privateKey)
      return [{ ...key, pem: pem ?? refuse('not-allowed', wrong) }]
    })
    if (current === undefined || stale.length === 0) return 0
    const sealed = stale.map(({ kid, pem, privateKey }) => ({
      kid,
      stored: privateKey,
      kept: encryptKey(this.#world, current, kid, pem),
    }))
    await this.#write(function* () {
      for (const { kid, stored, kept } of sealed) {
        yield* ask(sql`update token_key set private_key = ${kept} where kid = ${kid} and private_key = ${stored}`)
      }
    })
    return stale.filter((key) => !isEncryptedKey(key.privateKey)).length
  }
}

const missing =
  'The keys that sign tokens are encrypted, and there is no master key: set keys.master_key_file, or POSTERN_KEYS_MASTER_KEY'
const wrong =
  'The master key is not the one that the keys that sign tokens are encrypted with: set keys.master_key_file to that one, or, after a change, keys.previous_master_key_file to the one before'

const aliveAt = (now: number) => sql`
  select kid, certificate, private_key as "privateKey", created, signs_from as "signsFrom", expires, ends
  from token_key where ends > ${now} order by signs_from desc, kid`

/** Sets the end of each key, some time after the next one begins to sign. */
function* settleEnds(now: number): Statements<void> {
  const keys = yield* ask<StoredKey>(aliveAt(now))
  for (const key of keys) {
    const ends = endOf(key, keys)
    if (ends !== key.ends) yield* ask(sql`update token_key set ends = ${ends} where kid = ${key.kid}`)
  }
}
