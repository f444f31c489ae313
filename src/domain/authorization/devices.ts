import { hash } from 'node:crypto'
import type { AppId } from '../../core/ids.ts'
import { networkOf } from '../../core/network.ts'
import type { World } from '../../core/world.ts'
import { ask, askOne, type Sql, sql, type Statements } from '../../storage/engine.ts'
import type { Pruning } from './prune.ts'
import { freshUserCode, freshValue, hashOf, userCodeOf } from './secret-values.ts'
import type { Authorization, Authorizations, DevicePoll, DeviceRequest } from './types.ts'

/** docs/reference/identity.md §7.2 */
const LIFE = 15 * 60_000

/** Anybody may have a device wait, so nobody may have many wait: from one network the oldest gives way. */
const MOST_FROM_A_NETWORK = 100

type DeviceState = 'pending' | 'approved' | 'declined' | 'redeemed'

export function createDevices(deps: { sql: Sql; world: World; pruning: Pruning }): Authorizations['devices'] {
  const { world } = deps
  const patience = new PollInterval(world)

  /** Inside a write: whether there was one to answer. */
  function* answer(userCode: string, state: DeviceState, given: Authorization | undefined): Statements<boolean> {
    const rows = yield* ask(sql`update authorization_device set state = ${state},
        authorization_given = ${given === undefined ? null : JSON.stringify(given)}
      where user_code = ${hashOf(userCodeOf(userCode))} and state = 'pending' and ends > ${world.now()}
      returning app_id`)
    return rows.length > 0
  }

  return {
    async start(request) {
      const network = networkOf(request.from)
      const started = { deviceCode: freshValue(world), userCode: freshUserCode(world), ends: world.now() + LIFE }
      await deps.sql.write(function* () {
        yield* ask(sql`insert into authorization_device (hash, user_code, tenant, app_id, from_address, request, ends, state)
          values (${hashOf(started.deviceCode)}, ${hashOf(started.userCode)}, ${request.tenant ?? ''}, ${request.appId},
            ${network}, ${JSON.stringify(request)}, ${started.ends}, 'pending')`)
        yield* ask(sql`delete from authorization_device where hash in
          (select hash from authorization_device where from_address = ${network} order by ends desc
            limit 1000 offset ${MOST_FROM_A_NETWORK})`)
      })
      await deps.pruning.written()
      return started
    },

    async waiting(userCode) {
      const row = await deps.sql.first<{ request: string }>(sql`select request from authorization_device
        where user_code = ${hashOf(userCodeOf(userCode))} and state = 'pending' and ends > ${world.now()}`)
      return row && requestOf(row.request)
    },

    approve: (userCode, authorization) => deps.sql.write(() => answer(userCode, 'approved', authorization)),
    decline: (userCode) => deps.sql.write(() => answer(userCode, 'declined', undefined)),

    async poll(deviceCode, appId) {
      const hash = hashOf(deviceCode)
      const row = await deps.sql.first<DeviceRow>(
        sql`select app_id, state, ends, authorization_given from authorization_device where hash = ${hash}`,
      )
      const poll = judge(row, appId, world.now())
      if (poll.is === 'approved') return deps.sql.write(() => redeem(hash, poll))
      return poll.is === 'pending' && !patience.has(deviceCode) ? { is: 'hurried' } : poll
    },
  }
}

interface DeviceRow {
  readonly app_id: AppId
  readonly state: DeviceState
  readonly ends: number
  readonly authorization_given: string | null
}

function judge(row: DeviceRow | undefined, appId: AppId, now: number): DevicePoll {
  if (row?.app_id !== appId) return { is: 'unknown' }
  if (row.state === 'redeemed') return { is: 'redeemed' }
  if (row.ends <= now) return { is: 'expired' }
  if (row.state !== 'approved') return { is: row.state }
  return { is: 'approved', authorization: authorizationOf(row.authorization_given!) }
}

/** Inside a write: it is one caller who gets what was approved. */
function* redeem(hash: Uint8Array, poll: Extract<DevicePoll, { is: 'approved' }>): Statements<DevicePoll> {
  const row = yield* askOne(sql`update authorization_device set state = 'redeemed', authorization_given = null
    where hash = ${hash} and state = 'approved' returning app_id`)
  return row ? poll : { is: 'redeemed' }
}

/** JSON leaves out what is undefined. */
function requestOf(text: string): DeviceRequest {
  const kept = JSON.parse(text) as DeviceRequest
  return { ...kept, tenant: kept.tenant, resource: kept.resource }
}

function authorizationOf(text: string): Authorization {
  const kept = JSON.parse(text) as Authorization
  return { ...kept, resource: kept.resource, nonce: kept.nonce }
}

/** docs/reference/identity.md §7.2: seconds between two questions. */
const INTERVAL = 5000
/** Questions that are not held against a device: clocks and networks are uneven. */
const LENIENCE = 10
const REMEMBERED = 10_000

/**
 * How often devices ask. Twice as often as they were told is let pass; it is kept in memory only, since a restart that
 * forgets it does no harm.
 */
class PollInterval {
  readonly #world: World
  readonly #asked = new Map<string, { since: number; times: number }>()

  constructor(world: World) {
    this.#world = world
  }

  /** Counts one more question. */
  has(deviceCode: string): boolean {
    const now = this.#world.now()
    const key = hash('sha256', deviceCode, 'base64url')
    const asked = this.#asked.get(key) ?? { since: now, times: 0 }
    asked.times++
    this.#asked.set(key, asked)
    if (this.#asked.size > REMEMBERED) this.#asked.delete(this.#asked.keys().next().value!)
    return asked.times <= LENIENCE + (2 * (now - asked.since)) / INTERVAL
  }
}
