import type { UserId } from '../../../core/ids.ts'
import { ask, sql, type Statement, type Statements } from '../../../storage/engine.ts'

const DAY = 86_400_000
/** So long after the right password came from there last a network is like any other. */
const KEPT = 30 * DAY
/** Networks of one user, the latest. */
const MOST = 20

export interface Counted {
  readonly count: number
  readonly last: number
  readonly locked_until: number
}

/** An account as it is tried from a network; an empty one is not known. */
export interface Tried {
  readonly user: UserId
  readonly network: string
}

/** What was counted from a network of which the user is known, of late. */
export interface Familiar extends Counted {
  readonly last_right: number
}

export const familiar = ({ user, network }: Tried, now: number): Statement =>
  sql`select * from directory_familiar_network
    where user_id = ${user} and network = ${network} and last_right > ${now - KEPT}`

/** Inside a write: the right password came from there, so what was wrong before counts no more. */
export function* becomeFamiliar({ user, network }: Tried, now: number): Statements<void> {
  yield* ask(sql`insert into directory_familiar_network (user_id, network, last_right, count, last, locked_until)
    select id, ${network}, ${now}, 0, 0, 0 from directory_user where id = ${user}
    on conflict (user_id, network) do update set last_right = ${now}, count = 0, locked_until = 0`)
  yield* ask(sql`delete from directory_familiar_network where user_id = ${user} and network not in
    (select network from directory_familiar_network where user_id = ${user} order by last_right desc, network limit ${MOST})`)
}
