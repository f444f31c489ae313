import type { OctetBudget } from '../../../core/octet-budget.ts'
import type { Uploads } from '../../../core/uploads/uploads.ts'
import type { Wire } from '../../../core/wire.ts'
import type { ImapDeps } from '../deps.ts'
import type { ImapDialect } from '../dialect.ts'
import type { ImapReply } from '../reply/reply.ts'
import type { SearchWork } from '../searching/contracts.ts'
import type { Selected } from '../state.ts'

// The parts of a session that commands, views and searches work with. `ImapSession` has all of them.

/** The connection, and the services and settings of the server. */
export interface ClientConnection {
  readonly deps: ImapDeps
  readonly wire: Wire
}

/** The dialect that the server speaks with the client. */
export interface ClientDialect {
  readonly dialect: ImapDialect
  /** Whether the server answers as Exchange Online does. */
  readonly exchange: boolean
  /** Enables extensions. The client cannot disable them again (RFC 5161 §3.1). */
  enable(more: Partial<ImapDialect>): void
}

/** The folder that the client has selected. */
export interface SelectedFolder {
  readonly selected: Selected | undefined
}

/** The part for replies about folders, which may report updates of the selected folder and of its live searches. */
export type FolderSession = ClientConnection & ClientDialect & SelectedFolder & SearchWork

/** Memory for content that FETCH has read and the client has not received yet. */
export interface FetchBudget {
  readonly sending: OctetBudget
  readonly wire: Wire
  /** The caller whose share of the budget is used. */
  readonly chargedTo: string
}

/** Memory for messages that a client sends. */
export interface AppendBudget {
  readonly receiving: Uploads
  readonly wire: Wire
  /** The caller whose share of the budget is used. */
  readonly chargedTo: string
}

/** The events that a client requested with NOTIFY (RFC 5465). */
export interface Notifications {
  /** Yields the events since the last call. Returns false if the server cannot go on reporting them. */
  news(idle: boolean): AsyncGenerator<ImapReply, boolean>
}
