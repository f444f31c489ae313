import type { AppId, TenantId } from '../../core/ids.ts'
import type { SignInProtocol } from './types.ts'

/** The kinds of what is done in a mailbox over IMAP4: a closed list. */
export type ImapOperation =
  | 'list folders'
  | 'folder status'
  | 'select folder'
  | 'create folder'
  | 'rename folder'
  | 'delete folder'
  | 'subscribe'
  | 'search unseen'
  | 'search fields'
  | 'search headers'
  | 'search text'
  | 'sort or thread'
  | 'fetch flags'
  | 'fetch headers'
  | 'fetch structure'
  | 'fetch one part'
  | 'fetch whole message'
  | 'mark seen'
  | 'flag'
  | 'mark answered'
  | 'set keywords'
  | 'mark deleted'
  | 'expunge'
  | 'copy'
  | 'move'
  | 'append'
  | 'idle'
  | 'resynchronise'
  | 'quota'
  | 'annotations'
  | 'access control'

/** Over POP3: its messages are known by their numbers, and gone after QUIT. */
export type Pop3Operation = 'list messages' | 'read the top' | 'retrieve' | 'delete'

export type Operation = ImapOperation | Pop3Operation | 'submit'

/** Who does something, and in which mailbox. */
export interface OperationActor {
  readonly tenant: TenantId
  readonly appId: AppId
  /** Whether the app acts as itself, or for a person. */
  readonly as: 'app' | 'person'
  readonly protocol: SignInProtocol
  /** The address as the app gave it, in lower case. */
  readonly mailbox: string
}

/** What an app did in a mailbox, again and again. */
export interface OperationCount extends Omit<OperationActor, 'tenant' | 'appId'> {
  readonly operation: Operation
  readonly count: number
  readonly first: number
  readonly last: number
}

/** What apps do in mailboxes, counted by kind: nothing is kept of a single command. */
export interface Operations {
  /** What counts the operations of one connection. It does not wait for the disk. */
  of(doer: OperationActor): (operation: Operation) => void
  /** Of one app: by mailbox, and within it the most frequent first; ten thousand at most. */
  done(tenant: TenantId, appId: AppId): Promise<readonly OperationCount[]>
  /** Resolves when all that was counted so far is durable, or lost. */
  settled(): Promise<void>
}
