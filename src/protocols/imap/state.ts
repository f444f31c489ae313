import type { Caller } from '../../access/types.ts'
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

/** The selected folder, unless it was only examined. */
export const writable = (selected: Selected): Selected =>
  selected.readOnly ? refuse('not-allowed', 'The folder was opened to be looked at only') : selected
