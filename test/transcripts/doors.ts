import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import type { Access } from '../../src/access/types.ts'
import type { LineProtocol } from '../../src/protocols/line/line-protocol.ts'
import type { Profile } from '../../src/core/profile.ts'
import { silentLog } from '../../src/core/log.ts'
import type { World } from '../../src/core/world.ts'
import type { Directory } from '../../src/domain/directory/types.ts'
import type { MailStore } from '../../src/domain/mail/store-types.ts'
import { createTransport } from '../../src/domain/transport/transport.ts'
import { UploadPool } from '../../src/core/uploads/upload-pool.ts'
import { readConfig } from '../../src/programs/config.ts'
import { lineServer } from '../support/line-server.ts'
import { createImap } from '../../src/protocols/imap/server.ts'
import { createPop3 } from '../../src/protocols/pop3/server.ts'
import { createSmtp } from '../../src/protocols/smtp/server.ts'
import { connectionsOf } from '../support/connections.ts'
import { noTraces } from '../support/open-transport.ts'

export type Protocol = 'imap' | 'pop3' | 'smtp'

/** The host name of the servers of {@link doorsOf}. */
export const HOST = 'mail.contoso.test'

/**
 * The three mail protocols over one access and one store; gives the port of one that listens until the test is over.
 */
export function doorsOf(context: {
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
    const server = lineServer(doors[protocol], { world, log: silentLog, connections: connectionsOf(world) })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(async () => {
      server.close()
      await doors[protocol].close()
    })
    return (server.address() as AddressInfo).port
  }
}
