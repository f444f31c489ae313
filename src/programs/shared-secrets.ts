import { refuse } from '../core/refusal.ts'
import type { World } from '../core/world.ts'
import type { MasterKeys } from '../domain/tokens/key-table.ts'
import { decryptKey, encryptKey } from '../domain/tokens/sealing.ts'
import { ask, named, type Sql, sql } from '../storage/engine.ts'
import type { CertificateStore, KeyPair } from './certificates.ts'

interface Deps {
  readonly sql: Sql
  readonly world: World
  readonly master: MasterKeys
}

interface SecretRow {
  readonly name: string
  readonly sealed: string
}

/** All writes to the table have it. */
const HOLD = [named('secrets')]

/** Its row shows which master key the database uses. */
const PROOF = 'master key'
const AUTHORITY = 'certificate authority'
const SERVER_KEY = 'server key'

/** The secrets that the nodes of a store share: encrypted with the master key, in the table `engine_secret`. */
export class SharedSecrets {
  readonly #sql: Sql
  readonly #world: World
  readonly #key: string
  /** Nodes change to a new key one after another, so a secret may still be, or already be, encrypted with this one. */
  readonly #otherKey: string | undefined

  private constructor({ sql: rows, world, master }: Deps, key: string) {
    this.#sql = rows
    this.#world = world
    this.#key = key
    this.#otherKey = master.previous
  }

  /**
   * Refuses `not-allowed` if the database uses another master key. Encrypts again what is encrypted with the previous
   * one: also secrets that a node with that one stored after a node with the new one had started.
   */
  static async open(deps: Deps): Promise<SharedSecrets> {
    const { current, previous } = deps.master
    if (current === undefined) return refuse('bad-syntax', missingMasterKey)
    const secrets = new SharedSecrets(deps, current)
    const row = await secrets.#keepRow(PROOF, PROOF)
    if ([current, previous].every((key) => secrets.#opened(key, row) === undefined)) return refuse('not-allowed', wrong)
    if (previous !== undefined) await secrets.#sealAgain(previous)
    return secrets
  }

  async get(name: string): Promise<string | undefined> {
    const row = await this.#sql.first<SecretRow>(sql`select name, sealed from engine_secret where name = ${name}`)
    return row && this.#secretOf(row)
  }

  /** Stores a secret, unless another node did so first. Returns the stored one. */
  async keep(name: string, secret: string): Promise<string> {
    return this.#secretOf(await this.#keepRow(name, secret))
  }

  async replace(name: string, secret: string): Promise<void> {
    const sealed = this.#seal(name, secret)
    await this.#sql.write(function* () {
      yield* ask(sql`insert into engine_secret (name, sealed) values (${name}, ${sealed})
        on conflict (name) do update set sealed = excluded.sealed`)
    }, HOLD)
  }

  async #keepRow(name: string, secret: string): Promise<SecretRow> {
    const sealed = this.#seal(name, secret)
    return this.#sql.write(function* () {
      yield* ask(sql`insert into engine_secret (name, sealed) values (${name}, ${sealed}) on conflict do nothing`)
      const rows = yield* ask<SecretRow>(sql`select name, sealed from engine_secret where name = ${name}`)
      return rows[0]!
    }, HOLD)
  }

  async #sealAgain(previous: string): Promise<void> {
    const rows = await this.#sql.all<SecretRow>(sql`select name, sealed from engine_secret order by name`)
    const again = rows.flatMap((row) => {
      const secret = this.#opened(previous, row)
      return secret === undefined ? [] : [{ ...row, next: this.#seal(row.name, secret) }]
    })
    await this.#sql.write(function* () {
      for (const { name, sealed, next } of again) {
        yield* ask(sql`update engine_secret set sealed = ${next} where name = ${name} and sealed = ${sealed}`)
      }
    }, HOLD)
  }

  #seal(name: string, secret: string): string {
    return encryptKey(this.#world, this.#key, aadOf(name), secret)
  }

  #secretOf(row: SecretRow): string {
    return this.#opened(this.#key, row) ?? this.#opened(this.#otherKey, row) ?? refuse('not-allowed', wrong)
  }

  #opened(key: string | undefined, { name, sealed }: SecretRow): string | undefined {
    return key === undefined ? undefined : decryptKey(key, aadOf(name), sealed)
  }
}

const aadOf = (name: string): string => `engine_secret ${name}`

export const missingMasterKey =
  'store.engine is postgres, so the nodes share secrets and need the same master key: make one with "head -c 32 /dev/urandom | base64 > master.key", copy it to every node, and name it in keys.master_key_file'
const wrong =
  'The master key of this node is not the one that the database is sealed with: copy the master key of another node to the file of keys.master_key_file, or set keys.previous_master_key_file to the key before a change'

/** The authority and the server key of all nodes. */
export const sharedCertificates = (secrets: SharedSecrets): CertificateStore => ({
  async authority() {
    const kept = await secrets.get(AUTHORITY)
    return kept === undefined ? undefined : (JSON.parse(kept) as KeyPair)
  },
  keepAuthority: async (made) => JSON.parse(await secrets.keep(AUTHORITY, JSON.stringify(made))) as KeyPair,
  serverKey: () => secrets.get(SERVER_KEY),
  keepServerKey: (made) => secrets.keep(SERVER_KEY, made),
})
