import type { LineProtocol } from '../line/session.ts'
import { MemoryShares, OctetBudget } from '../../core/octet-budget.ts'
import { Uploads } from '../../core/uploads/uploads.ts'
import { WorkSlots } from '../../core/concurrency.ts'
import { createLineProtocol } from '../line/server.ts'
import { capabilityTexts } from './capabilities.ts'
import { serveConnection } from './conversation/serve.ts'
import type { ImapDeps } from './deps.ts'
import { ImapSession } from './conversation/session.ts'
import { UpdateQueue } from './view/folder-updates.ts'

/** Exchange Online has no extension that announces these limits. */
const observed = { unasked_literals: 'any', message_limit: 0, save_limit: 0 } as const

/** IMAP4rev1 (RFC 3501) and its extensions. */
export function createImap(serverDeps: ImapDeps): LineProtocol {
  const deps =
    serverDeps.profile === 'standards'
      ? serverDeps
      : { ...serverDeps, settings: { ...serverDeps.settings, ...observed } }
  const shared = {
    packing: new OctetBudget(deps.settings.compress_budget_octets),
    receiving: new Uploads(deps.uploads, {
      octets: deps.settings.literal_budget_octets,
      largest: deps.settings.message_octets,
    }),
    sending: new OctetBudget(deps.settings.fetch_budget_octets),
    longWork: new WorkSlots(deps.settings.long_commands_per_caller),
    contexts: new MemoryShares(deps.settings.context_budget_octets),
    updateQueue: new UpdateQueue(deps.world),
    capabilities: capabilityTexts({
      profile: deps.profile,
      frontEnd: deps.frontEnd,
      basic: deps.auth.basic ?? false,
      appendLimit: deps.settings.message_octets,
      unaskedLiterals: deps.settings.unasked_literals,
      mayUnauthenticate: deps.settings.unauthenticate,
      messageLimit: deps.settings.message_limit,
      saveLimit: deps.settings.save_limit,
    }),
  }

  return createLineProtocol<ImapSession>({
    tooManyConnections: () => '* BYE Too many connections\r\n',
    stopping: '* BYE The server is stopping\r\n',
    open: (wire, connection, peers) => new ImapSession(deps, wire, connection, { ...shared, peers }),
    async serve(session) {
      session.awaitSignIn()
      try {
        await serveConnection(session)
        session.wire.end()
      } finally {
        session.leave()
      }
    },
    stop: (session) => session.bye('The server is stopping'),
  })
}
