import { type AddressInfo, createServer, type Server } from 'node:net'
import path from 'node:path'
import { onTestFinished } from 'vitest'
import type { Access } from '../../src/access/types.ts'
import type { ConnectionLimits } from '../../src/core/connections/connection-table.ts'
import { Connections, type ProtocolConnections } from '../../src/core/connections/connections.ts'
import { silentLog } from '../../src/core/log.ts'
import type { Profile } from '../../src/core/profile.ts'
import { openSpill } from '../../src/core/uploads/spill.ts'
import { UploadPool } from '../../src/core/uploads/upload-pool.ts'
import type { World } from '../../src/core/world.ts'
import type { Directory } from '../../src/domain/directory/types.ts'
import type { MailStore } from '../../src/domain/mail/store-types.ts'
import { createTransport } from '../../src/domain/transport/transport.ts'
import { readConfig } from '../../src/programs/config.ts'
import { lineHandler } from '../../src/programs/line-handler.ts'
import { createImap } from '../../src/protocols/imap/server.ts'
import type { LineProtocol } from '../../src/protocols/line/session.ts'
import { createPop3 } from '../../src/protocols/pop3/server.ts'
import { createSmtp } from '../../src/protocols/smtp/server.ts'
import { noTraces } from './transport.ts'

/** A server that hands its connections to a line protocol as a listener of Postern does. */
export const lineServer = (...given: Parameters<typeof lineHandler>): Server =>
  createServer({ noDelay: true }, lineHandler(...given).take)

/** For one listener that a test opens; without limits unless some are given. */
export function openConnections(world: World, limits: Partial<ConnectionLimits> = {}): ProtocolConnections {
  const none = { most: 1e6, perAddress: 1e6, unauthenticatedPerAddress: 1e6 }
  return new Connections(none, { world, log: silentLog }).of('test', { ...none, ...limits })
}

/** Creates the upload pool of a test server: memory only, or also `dir` for uploads without memory. */
export async function openUploadPool(
  world: World,
  dir?: string,
  flags: Record<string, unknown> = {},
): Promise<UploadPool> {
  const { uploads: settings, imap, submission } = readConfig({ flags })
  if (dir === undefined) return new UploadPool({ world, settings })
  const largest = Math.max(imap.message_octets, submission.message_octets)
  const spill = await openSpill(path.join(dir, 'uploads'), { world, settings, largest })
  return new UploadPool({ world, settings, spill })
}

export type Protocol = 'imap' | 'pop3' | 'smtp'

/** The host name of the servers of {@link mailServers}. */
export const HOST = 'mail.contoso.test'

/**
 * The three mail protocols over one access and one store; gives the port of one that listens until the test is over.
 */
export function mailServers(context: {
  readonly access: Access
  readonly directory: Directory
  readonly world: World
  readonly store: MailStore
  readonly profile: Profile
  /** Whether passwords are asked for. */
  readonly basic?: boolean
}): (protocol: Protocol) => Promise<number> {
  const { access, directory, world, store, profile, basic } = context
  const { imap, pop3, submission, uploads: settings } = readConfig({ flags: { profile } })
  const uploads = new UploadPool({ world, settings })
  const auth = { plaintextOnLoopback: true, ...(basic === undefined ? {} : { basic }) }
  const line = { access, world, log: silentLog, profile, auth, hostname: HOST, uploads }
  const transport = createTransport({ directory, mail: store, traces: noTraces, world, log: silentLog })
  const doors: Readonly<Record<Protocol, LineProtocol>> = {
    imap: createImap({ ...line, hostnames: [HOST], settings: imap, frontEnd: 'classic' }),
    pop3: createPop3({ ...line, settings: pop3 }),
    smtp: createSmtp({ ...line, settings: submission, transport }),
  }
  return async (protocol) => {
    const server = lineServer(doors[protocol], { world, log: silentLog, connections: openConnections(world) })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(async () => {
      server.close()
      await doors[protocol].close()
    })
    return (server.address() as AddressInfo).port
  }
}
