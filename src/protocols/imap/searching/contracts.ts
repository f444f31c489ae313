import type { Uid } from '../../../core/ids.ts'
import type { Folder, Mailbox, SearchKey } from '../../../domain/mail/types.ts'
import type { Wire } from '../../../core/wire.ts'
import type { WorkSlots } from '../../../core/concurrency.ts'
import type { ImapDeps } from '../deps.ts'
import type { FolderView } from '../view/folder-view.ts'

/** A folder to search, as a session sees it. */
export interface SearchedFolder {
  readonly mailbox: Mailbox
  readonly folder: Pick<Folder, 'id'>
  readonly view: FolderView
}

/** The part of a session that a search needs. */
export interface SearchWork {
  readonly deps: Pick<ImapDeps, 'world' | 'settings'>
  /** `left` ends the search when the client has gone. */
  readonly wire: Pick<Wire, 'left'>
  /** The slots in which the long commands of one caller run. */
  readonly longWork: WorkSlots
  /** The caller whose slots are used. */
  readonly chargedTo: string
}

/** A search as the store understands it. */
export interface SearchProgram {
  readonly key: SearchKey
  /** RFC 6203 §4: the relevancy of a found message, from 1 to 100. */
  readonly relevancy: (uid: Uid) => number
}
