import type { MailboxRecord } from '../../src/domain/directory/types.ts'
import { mailMigrations } from '../../src/domain/mail/schema.ts'
import { createMailStore } from '../../src/domain/mail/store.ts'
import type { MailStore } from '../../src/domain/mail/store-types.ts'
import { SEEN } from '../../src/domain/mail/types.ts'
import { silentLog } from '../../src/core/log.ts'
import { newMailbox } from './directory.ts'
import { type Body, openGraph, type OpenGraph } from './graph-server.ts'

type Method = Parameters<OpenGraph['call']>[0]

/** Graph over a mailbox with real mail. */
export interface OpenGraphMail extends OpenGraph {
  readonly ada: MailboxRecord
  readonly mail: MailStore
  /** Calls a path below the user ada@contoso.test, as an app that may do everything with mail. */
  readonly as: (
    method: Method,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ) => ReturnType<OpenGraph['call']>
  /** The same, and fails unless the answer has this status. */
  readonly expectOk: (method: Method, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Body>
  /** Delivers a message into the inbox. */
  readonly deliver: (
    message: string | Buffer,
    options?: { readonly read?: boolean; readonly received?: number },
  ) => Promise<void>
}

export const mailRoles = ['Mail.ReadWrite', 'Mail.Send', 'MailboxSettings.ReadWrite'] as const

/** Opens Graph with the mailbox ada@contoso.test and an app with all permissions on mail. */
export async function openGraphMail(options: Parameters<typeof openGraph>[0] = {}): Promise<OpenGraphMail> {
  let mail!: MailStore
  const graph = await openGraph({
    ...options,
    migrations: mailMigrations,
    mailOver: ({ engine, world }) => (mail = createMailStore({ engine, world, log: silentLog })),
  })
  const { directory, tenant } = graph
  const ada = await directory.mailboxes.create(tenant.id, newMailbox('ada'))
  const as: OpenGraphMail['as'] = (method, path, body, headers = {}) =>
    graph.call(method, `/users/ada@contoso.test${path}`, body, { roles: mailRoles, wids: [], headers })
  return {
    ...graph,
    ada,
    mail,
    as,
    async expectOk(method, path, body, headers) {
      const answer = await as(method, path, body, headers)
      if (answer.status < 200 || answer.status > 299) {
        throw new Error(`${method} ${path} was answered ${answer.status}: ${JSON.stringify(answer.body)}`)
      }
      return answer.body
    },
    async deliver(message, { read = false, received } = {}) {
      const bytes = typeof message === 'string' ? Buffer.from(message.replaceAll(/\r?\n/g, '\r\n')) : message
      const flags = { system: read ? SEEN : 0, keywords: [] }
      const at = received === undefined ? {} : { received: { at: received, zone: 0 } }
      const store = await mail.open(ada.id, new AbortController().signal)
      const inbox = await store.folder('INBOX')
      await store.append(inbox!.id, [{ bytes, flags, ...at }])
    },
  }
}
