import { availableParallelism } from 'node:os'
import { hash, verify } from '@node-rs/argon2'
import type { TenantId } from '../../../core/ids.ts'
import { networkOf } from '../../../core/network.ts'
import { refuse } from '../../../core/refusal.ts'
import { sql } from '../../../storage/engine.ts'
import type { DirectoryTx } from '../directory-tx.ts'
import { limits } from '../limits.ts'
import { Lockout } from './lockout.ts'
import { fold } from '../names.ts'
import type { DirectorySettings } from '../settings.ts'
import { FairQueue } from './fair-queue.ts'
import type { PasswordCheck } from '../types.ts'
import { type UserRow, userOf } from './user-row.ts'
import { VerifiedPasswords } from './verified-passwords.ts'

/** Whoever guesses waits for a core; the other half of them is for everybody else. */
const AT_ONCE = Math.min(2, Math.max(1, Math.floor(availableParallelism() / 2)))
const MOST_WAITING = 200

/** Of a text that nobody knows: compared with where there is no password, so that it takes as long. */
const nobodys = '$argon2id$v=19$m=19456,t=2,p=1$1CFMRhtiiJ4HcQr3YyWNjQ$AVjpMUXA793t4FU1JOsewNtRf4XZUSfdoEz3maZFZ68'

type KeptRow = UserRow & { readonly password_hash: string | null; readonly must_change_password: number }

/** Argon2id at the library's defaults (19 MiB, two passes): a person's password can be guessed, so guessing must cost. */
export class Passwords {
  readonly #ledger: DirectoryTx
  readonly #lockout: Lockout
  readonly #verified: VerifiedPasswords
  readonly #turns = new FairQueue(AT_ONCE, MOST_WAITING)
  /** Those who may set passwords do not wait behind those who guess. */
  readonly #making = new FairQueue(1, Infinity)

  constructor(ledger: DirectoryTx, settings: DirectorySettings) {
    this.#ledger = ledger
    this.#lockout = new Lockout(ledger, settings)
    this.#verified = new VerifiedPasswords(ledger.world)
  }

  async hash(password: string): Promise<string> {
    if (password === '' || password.length > limits.password) {
      refuse('bad-syntax', `A password has 1 to ${limits.password} characters.`, { property: 'password' })
    }
    return this.#making.take(() => hash(password))
  }

  /**
   * Compares once, whoever is asked about; what was found right of late is not compared again. Those who ask from one
   * network wait behind each other, and before nobody else.
   */
  async check(tenant: TenantId, userPrincipalName: string, password: string, from = ''): Promise<PasswordCheck> {
    const guess = password.length <= limits.password ? password : ''
    const network = networkOf(from)
    const known = await this.#find(tenant, userPrincipalName)
    const remembered = this.#verified.has(known?.id, known?.password_hash ?? nobodys, guess)
    // Of a locked account whoever guesses would be told by a quick answer that the guess was right.
    if (known && remembered && !(await this.#lockout.isLocked({ user: known.id, network }))) {
      return this.#judge(known, network, true)
    }
    return this.#turns.take(async () => {
      // While it waited, the password may have become another.
      const row = await this.#find(tenant, userPrincipalName)
      const kept = row?.password_hash ?? nobodys
      const right = await verify(kept, guess)
      if (!row) return { ok: false, because: 'unknown', user: undefined }
      if (right) this.#verified.add(row.id, kept, guess)
      return this.#judge(row, network, right)
    }, network)
  }

  #find(tenant: TenantId, userPrincipalName: string): Promise<KeptRow | undefined> {
    return this.#ledger.first<KeptRow>(
      sql`select * from directory_user where tenant = ${tenant} and upn_key = ${fold(userPrincipalName)}`,
    )
  }

  /** Whether the account is locked is asked after the comparison: of guesses made at once none slips past the count. */
  async #judge(row: KeptRow, network: string, right: boolean): Promise<PasswordCheck> {
    const user = userOf(row)
    const tried = { user: user.id, network }
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
