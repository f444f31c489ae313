import type { Log } from '../../core/log.ts'
import type { World } from '../../core/world.ts'
import type { Sql } from '../../storage/engine.ts'
import { createCodes } from './codes.ts'
import { createDevices } from './devices.ts'
import { type Bounds, bounds, OFTEN, Pruning } from './prune.ts'
import { createRefreshTokens, type Reuse } from './refresh-tokens.ts'
import { createSessions } from './sessions.ts'
import type { Authorizations } from './types.ts'

/** `bounds` and `often`: how many of each kind a tenant has at most, looked at after so many writes. */
export function createAuthorizations(deps: {
  sql: Sql
  world: World
  log: Log
  reuse: Reuse
  bounds?: Bounds
  often?: number
}): Authorizations {
  const pruning = new Pruning({ bounds, often: OFTEN, ...deps })
  const shared = { ...deps, pruning }
  return {
    codes: createCodes(shared),
    devices: createDevices(shared),
    refreshTokens: createRefreshTokens(shared),
    sessions: createSessions(shared),
  }
}
