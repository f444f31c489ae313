import type { Caller } from '../../access/types.ts'
import type { FolderId } from '../../core/ids.ts'
import { refuse } from '../../core/refusal.ts'
import type { Folder, Mailbox, OpenFolder } from '../../domain/mail/types.ts'
import type { Contexts } from './searching/contexts/contexts.ts'
import type { FolderView } from './view/folder-view.ts'

/** A folder as a session has selected it. */
export interface Selected {
  readonly folder: Folder
  readonly open: OpenFolder
  readonly view: FolderView
  readonly contexts: Contexts
  /** EXAMINE, where nothing changes: no flags, no `\Recent`, no CLOSE that expunges. */
  readonly readOnly: boolean
  /** Flags that the client has been told of. */
  readonly flagsTold: Set<string>
}

/** Who has signed in, and the address of the mailbox as they gave it. */
export interface SignedInClient {
  readonly caller: Caller
  readonly address: string
}

/** RFC 3501 §3: each state carries what that state has, and nothing else. */
export type ImapState =
  | { readonly at: 'greeted' }
  /** Signed in, but the mailbox does not open: Exchange Online says so at the next command. */
  | { readonly at: 'unconnected' }
  | { readonly at: 'signed-in'; readonly client: SignedInClient; readonly mailbox: Mailbox }
  | { readonly at: 'selected'; readonly client: SignedInClient; readonly mailbox: Mailbox; readonly selected: Selected }
  | { readonly at: 'gone' }

export type At = ImapState['at']
export type StateAt<Where extends At> = Extract<ImapState, { at: Where }>

/** How a client is spoken to: by the server's profile, and by what the client has enabled (RFC 5161). */
export interface ImapDialect {
  /** As Exchange Online speaks: it has none of the extensions below. */
  readonly exchange: boolean
  /** RFC 7162 §3.1: mod-sequences are told with every change. */
  readonly condstore: boolean
  /** RFC 7162 §3.2: VANISHED in the place of EXPUNGE. Goes with {@link condstore}. */
  readonly qresync: boolean
  /** RFC 6855 §3: names and quoted strings are UTF-8. */
  readonly utf8: boolean
  /** RFC 9051 in the place of RFC 3501. Goes with {@link utf8}. */
  readonly rev2: boolean
  /** RFC 9586: messages have no numbers, only UIDs. */
  readonly uidOnly: boolean
}

/** What a client speaks that has enabled nothing. */
export const plainDialect = (exchange: boolean): ImapDialect => ({
  exchange,
  condstore: false,
  qresync: false,
  utf8: false,
  rev2: false,
  uidOnly: false,
})

/** The selected folder, unless it was only examined. */
export const writable = (selected: Selected): Selected =>
  selected.readOnly ? refuse('not-allowed', 'The folder was opened to be looked at only') : selected

/** RFC 8474 §4: a folder's id, which it keeps under any name and which no other ever has. */
export const mailboxId = (folder: FolderId): string => `F${folder}`
