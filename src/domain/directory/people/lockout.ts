import { DAY, HOUR, SECOND } from '../../../core/time.ts'
import type { TenantId, UserId } from '../../../core/ids.ts'
import { ask, askOne, sql, type Statement, type Statements } from '../../../storage/engine.ts'
import type { DirectoryTx } from '../directory-tx.ts'
import type { DirectorySettings } from '../settings.ts'

interface CountedAttempts {
  readonly count: number
  readonly last: number
  readonly locked_until: number
}

/** An account and the network of an attempt; an empty network is unknown. */
interface Tried {
  readonly tenant: TenantId
  readonly user: UserId
  readonly network: string
}

/** The count of a network from which the right password came in the last 30 days. */
interface KnownNetworks extends CountedAttempts {
  readonly last_right: number
}

const LONGEST = HOUR

/** After this time without a wrong password, the count starts again. */
export const FORGOTTEN: number = DAY

/** The number of consecutive wrong passwords that locks an account. Each further one doubles the time. */
type Rules = Pick<DirectorySettings, 'lockout_failures' | 'lockout_seconds'>

/**
 * Counts the wrong passwords of each user: one count for each network from which the right password came in the last 30
 * days, and one for all other networks together. So failures from elsewhere do not lock out a user who knows the
 * password, and a right password does not reset the count of the others. The count survives a restart. The answer does
 * not wait until it is durable: that delay would reveal that the user exists.
 */
export class Lockout {
  readonly #directoryTx: DirectoryTx
  readonly #rules: Rules
  readonly #counting = new Map<UserId, Promise<unknown>>()

  constructor(directoryTx: DirectoryTx, rules: Rules) {
    this.#directoryTx = directoryTx
    this.#rules = rules
  }

  /** Fails if the latest wrong password could not be counted, so that a full disk does not allow unlimited guesses. */
  async isLocked(tried: Tried): Promise<boolean> {
    const counting = this.#counting.get(tried.user)
    try {
      await counting
    } finally {
      this.#settled(tried.user, counting)
    }
    const now = this.#directoryTx.world.now()
    const row =
      (await this.#directoryTx.first<CountedAttempts>(knownNetworks(tried, now))) ??
      (await this.#directoryTx.first<CountedAttempts>(
        sql`select * from directory_failed_guesses where user_id = ${tried.user}`,
      ))
    // A clock that was set back would otherwise lock an account for years.
    return row !== undefined && row.locked_until > now && row.locked_until - now <= this.#longest
  }

  get #longest(): number {
    return Math.max(LONGEST, this.#rules.lockout_seconds * SECOND)
  }

  count(tried: Tried): void {
    const { user } = tried
    const now = this.#directoryTx.world.now()
    const counted = Promise.all([
      this.#counting.get(user),
      this.#directoryTx.aside(tried.tenant, () => countOne(tried, now, this.#rules)),
    ])
    this.#counting.set(user, counted)
    // If it failed, the next check of this user throws the error.
    counted.then(
      () => this.#settled(user, counted),
      () => {},
    )
  }

  #settled(user: UserId, counting: Promise<unknown> | undefined): void {
    if (this.#counting.get(user) === counting) this.#counting.delete(user)
  }

  /** Resets the count after the right password. */
  async forget(tried: Tried): Promise<void> {
    const now = this.#directoryTx.world.now()
    const known = await this.#directoryTx.first<KnownNetworks>(knownNetworks(tried, now))
    if (known && known.count === 0 && now - known.last_right < FORGOTTEN) return
    if (known || tried.network !== '') await this.#directoryTx.aside(tried.tenant, () => rememberNetwork(tried, now))
    if (!known) await this.#forgetOthers(tried)
  }

  async #forgetOthers({ tenant, user }: Tried): Promise<void> {
    const row = await this.#directoryTx.first(
      sql`select 1 as one from directory_failed_guesses where user_id = ${user}`,
    )
    if (!row) return
    await this.#directoryTx.aside(tenant, () => ask(sql`delete from directory_failed_guesses where user_id = ${user}`))
  }
}

/**
 * Inside a write: each statement adds to the count that the row has when it is locked, so wrong passwords at several
 * nodes are all counted.
 */
function* countOne(tried: Tried, now: number, rules: Rules): Statements<void> {
  const { user, network } = tried
  const recent = now - FORGOTTEN
  const known = yield* askOne<{ count: number }>(sql`update directory_familiar_network
    set count = case when last > ${recent} then count + 1 else 1 end, last = ${now}, locked_until = 0
    where user_id = ${user} and network = ${network} and last_right > ${now - KEPT} returning count`)
  const counted =
    known ??
    (yield* askOne<{ count: number }>(sql`insert into directory_failed_guesses (user_id, count, last, locked_until)
      select id, 1, ${now}, 0 from directory_user where id = ${user}
      on conflict (user_id) do update set last = ${now}, locked_until = 0,
        count = case when directory_failed_guesses.last > ${recent} then directory_failed_guesses.count + 1 else 1 end
      returning count`))
  if (!counted || counted.count < rules.lockout_failures) return
  const until = now + lockedFor(counted.count, rules)
  yield* known
    ? ask(sql`update directory_familiar_network set locked_until = ${until}
        where user_id = ${user} and network = ${network}`)
    : ask(sql`update directory_failed_guesses set locked_until = ${until} where user_id = ${user}`)
}

/** How long the account is locked after `count` consecutive wrong passwords. */
export const lockedFor = (count: number, rules: Rules): number =>
  Math.max(
    rules.lockout_seconds * SECOND,
    Math.min(LONGEST, rules.lockout_seconds * SECOND * 2 ** (count - rules.lockout_failures)),
  )

/** How long a network is known after the last right password from it. */
const KEPT = 30 * DAY
/** Known networks of one user, at most; the latest ones stay. */
const MOST = 20

const knownNetworks = ({ user, network }: Tried, now: number): Statement =>
  sql`select * from directory_familiar_network
    where user_id = ${user} and network = ${network} and last_right > ${now - KEPT}`

/** Inside a write: records that the right password came from the network, and resets its count. */
function* rememberNetwork({ user, network }: Tried, now: number): Statements<void> {
  yield* ask(sql`insert into directory_familiar_network (user_id, network, last_right, count, last, locked_until)
    select id, ${network}, ${now}, 0, 0, 0 from directory_user where id = ${user}
    on conflict (user_id, network) do update set last_right = ${now}, count = 0, locked_until = 0`)
  yield* ask(sql`delete from directory_familiar_network where user_id = ${user} and network not in
    (select network from directory_familiar_network where user_id = ${user} order by last_right desc, network limit ${MOST})`)
}
