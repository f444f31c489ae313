import { hash } from 'node:crypto'
import type { AppId } from '../../core/ids.ts'
import { networkOf } from '../../core/network.ts'
import type { World } from '../../core/world.ts'
import { ask, askOne, type Sql, sql, type Statements } from '../../storage/engine.ts'
import type { Pruning } from './prune.ts'
import { lifetimes } from './lifetimes.ts'
import { freshUserCode, freshValue, hashOf, userCodeOf } from './secret-values.ts'
import type { Authorization, Authorizations, DevicePoll, DeviceRequest } from './types.ts'

/** The most waiting devices of one network: no sign-in is needed to start one. Beyond it the oldest is removed. */
const NETWORK_LIMIT = 100

type DeviceState = 'pending' | 'approved' | 'declined' | 'redeemed'

export function createDevices(deps: { sql: Sql; world: World; pruning: Pruning }): Authorizations['devices'] {
  const { world } = deps
  const pollInterval = new PollInterval(world)

  /** Inside a write: sets the state of the waiting device. Returns false if no device waits under that user code. */
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
      const started = {
        deviceCode: freshValue(world),
        userCode: freshUserCode(world),
        ends: world.now() + lifetimes.deviceCode,
      }
      await deps.sql.write(function* () {
        yield* ask(sql`insert into authorization_device (hash, user_code, tenant, app_id, from_address, request, ends, state)
          values (${hashOf(started.deviceCode)}, ${hashOf(started.userCode)}, ${request.tenant ?? ''}, ${request.appId},
            ${network}, ${JSON.stringify(request)}, ${started.ends}, 'pending')`)
        yield* ask(sql`delete from authorization_device where hash in
          (select hash from authorization_device where from_address = ${network} order by ends desc
            limit 1000 offset ${NETWORK_LIMIT})`)
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
      return poll.is === 'pending' && !pollInterval.allows(deviceCode) ? { is: 'hurried' } : poll
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

/** Inside a write: of several polls at the same time, one gets the authorization. */
function* redeem(hash: Uint8Array, poll: Extract<DevicePoll, { is: 'approved' }>): Statements<DevicePoll> {
  const row = yield* askOne(sql`update authorization_device set state = 'redeemed', authorization_given = null
    where hash = ${hash} and state = 'approved' returning app_id`)
  return row ? poll : { is: 'redeemed' }
}

/** JSON omits undefined members; this adds them again. */
function requestOf(text: string): DeviceRequest {
  const stored = JSON.parse(text) as DeviceRequest
  return { ...stored, tenant: stored.tenant, resource: stored.resource }
}

function authorizationOf(text: string): Authorization {
  const stored = JSON.parse(text) as Authorization
  return { ...stored, resource: stored.resource, nonce: stored.nonce }
}

/** docs/reference/identity.md §7.2: milliseconds between two polls. */
const INTERVAL = 5000
/** Polls beyond the interval that a device may make: clocks and networks are uneven. */
const EXTRA_POLLS = 10
const TRACKED_DEVICES = 10_000

/** Counts how often devices poll. Twice the stated rate is allowed. The counts are in memory only. */
class PollInterval {
  readonly #world: World
  readonly #polls = new Map<string, { since: number; times: number }>()

  constructor(world: World) {
    this.#world = world
  }

  /** Counts one poll. Returns false if the device polls too often. */
  allows(deviceCode: string): boolean {
    const now = this.#world.now()
    const key = hash('sha256', deviceCode, 'base64url')
    const polls = this.#polls.get(key) ?? { since: now, times: 0 }
    polls.times++
    this.#polls.set(key, polls)
    if (this.#polls.size > TRACKED_DEVICES) this.#polls.delete(this.#polls.keys().next().value!)
    return polls.times <= EXTRA_POLLS + (2 * (now - polls.since)) / INTERVAL
  }
}
