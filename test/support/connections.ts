import { Connections, type ProtocolConnections } from '../../src/core/connections/connections.ts'
import type { ConnectionLimits } from '../../src/core/connections/connection-table.ts'
import { silentLog } from '../../src/core/log.ts'
import type { World } from '../../src/core/world.ts'

/** For one listener that a test opens; without limits unless some are given. */
export function connectionsOf(world: World, limits: Partial<ConnectionLimits> = {}): ProtocolConnections {
  const none = { most: 1e6, perAddress: 1e6, unauthenticatedPerAddress: 1e6 }
  return new Connections(none, { world, log: silentLog }).of('test', { ...none, ...limits })
}
