import { DAY, HOUR, SECOND } from '../../../core/duration.ts'
import type { UserId } from '../../../core/ids.ts'
import { ask, askOne, sql, type Statement, type Statements } from '../../../storage/engine.ts'
import type { DirectoryTx } from '../directory-tx.ts'
import type { DirectorySettings } from '../settings.ts'

interface CountedAttempts {
  readonly count: number
  readonly last: number
  readonly locked_until: number
}

/** An account as it is tried from a network; an empty one is not known. */
interface Tried {
  readonly user: UserId
  readonly network: string
}

/** What was counted from a network of which the user is known, of late. */
interface KnownNetworks extends CountedAttempts {
  readonly last_right: number
}

const LONGEST = HOUR

/** So long after the last wrong one they are counted again. */
export const FORGOTTEN: number = DAY

/** After so many wrong passwords in a row an account is locked, and after each further one for twice as long. */
type Rules = Pick<DirectorySettings, 'lockout_failures' | 'lockout_seconds'>

/**
 * Wrong passwords, counted for each user: those from each network where the right one came from of late by themselves, and
 * all others together. So whoever guesses from elsewhere locks out nobody who knows the password, and goes on being counted
 * while somebody else gives the right one. The count outlives a restart, yet who guessed is answered before it is durable: a
 * wait for the disk would tell that there is such a user.
 */
export class Lockout {
  readonly #directoryTx: DirectoryTx
  readonly #rules: Rules
  readonly #counting = new Map<UserId, Promise<unknown>>()

  constructor(directoryTx: DirectoryTx, rules: Rules) {
    this.#directoryTx = directoryTx
    this.#rules = rules
  }

  /** Fails when the latest wrong one could not be counted: nobody guesses for free because the disk is full. */
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
    // A clock that was put back would lock for years.
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
      this.#directoryTx.aside(() => countOne(tried, now, this.#rules)),
    ])
    this.#counting.set(user, counted)
    // One that failed is left for whoever asks next.
    counted.then(
      () => this.#settled(user, counted),
      () => {},
    )
  }

  #settled(user: UserId, counting: Promise<unknown> | undefined): void {
    if (this.#counting.get(user) === counting) this.#counting.delete(user)
  }

  /** The right one was given. */
  async forget(tried: Tried): Promise<void> {
    const now = this.#directoryTx.world.now()
    const known = await this.#directoryTx.first<KnownNetworks>(knownNetworks(tried, now))
    if (known && known.count === 0 && now - known.last_right < FORGOTTEN) return
    if (known || tried.network !== '') await this.#directoryTx.aside(() => rememberNetwork(tried, now))
    if (!known) await this.#forgetOthers(tried.user)
  }

  async #forgetOthers(user: UserId): Promise<void> {
    const row = await this.#directoryTx.first(
      sql`select 1 as one from directory_failed_guesses where user_id = ${user}`,
    )
    if (row) await this.#directoryTx.aside(() => ask(sql`delete from directory_failed_guesses where user_id = ${user}`))
  }
}

function* countOne(tried: Tried, now: number, rules: Rules): Statements<void> {
  const { user, network } = tried
  const found = yield* askOne(sql`select 1 as one from directory_user where id = ${user}`)
  if (!found) return
  const known = yield* askOne<KnownNetworks>(knownNetworks(tried, now))
  const before =
    known ?? (yield* askOne<CountedAttempts>(sql`select * from directory_failed_guesses where user_id = ${user}`))
  const count = before && now - before.last < FORGOTTEN ? before.count + 1 : 1
  const until = count < rules.lockout_failures ? 0 : now + lockedFor(count, rules)
  yield* known
    ? ask(sql`update directory_familiar_network set count = ${count}, last = ${now}, locked_until = ${until}
        where user_id = ${user} and network = ${network}`)
    : ask(sql`insert into directory_failed_guesses (user_id, count, last, locked_until)
        values (${user}, ${count}, ${now}, ${until})
        on conflict (user_id) do update set count = ${count}, last = ${now}, locked_until = ${until}`)
}

/** How long the last of `count` wrong ones in a row locks for. */
export const lockedFor = (count: number, rules: Rules): number =>
  Math.max(
    rules.lockout_seconds * SECOND,
    Math.min(LONGEST, rules.lockout_seconds * SECOND * 2 ** (count - rules.lockout_failures)),
  )

/** So long after the right password came from there last a network is like any other. */
const KEPT = 30 * DAY
/** Networks of one user, the latest. */
const MOST = 20

const knownNetworks = ({ user, network }: Tried, now: number): Statement =>
  sql`select * from directory_familiar_network
    where user_id = ${user} and network = ${network} and last_right > ${now - KEPT}`

/** Inside a write: the right password came from there, so what was wrong before counts no more. */
function* rememberNetwork({ user, network }: Tried, now: number): Statements<void> {
  yield* ask(sql`insert into directory_familiar_network (user_id, network, last_right, count, last, locked_until)
    select id, ${network}, ${now}, 0, 0, 0 from directory_user where id = ${user}
    on conflict (user_id, network) do update set last_right = ${now}, count = 0, locked_until = 0`)
  yield* ask(sql`delete from directory_familiar_network where user_id = ${user} and network not in
    (select network from directory_familiar_network where user_id = ${user} order by last_right desc, network limit ${MOST})`)
}
