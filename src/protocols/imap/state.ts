import type { Caller } from '../../access/types.ts'
import { refuse } from '../../core/refusal.ts'
import type { Folder, Mailbox, OpenFolder } from '../../domain/mail/types.ts'
import type { Contexts } from './searching/contexts/contexts.ts'
import type { FolderView } from './view/folder-view.ts'

/** A folder that a session has selected. */
export interface Selected {
  readonly folder: Folder
  readonly open: OpenFolder
  readonly view: FolderView
  readonly contexts: Contexts
  /** Whether it was selected with EXAMINE: flags and `\Recent` do not change, and CLOSE does not expunge. */
  readonly readOnly: boolean
  /** Flags that were listed in a FLAGS response. */
  readonly listedFlags: Set<string>
}

/** The caller, and the address of the mailbox as the client wrote it. */
export interface SignedInClient {
  readonly caller: Caller
  readonly address: string
}

/** RFC 3501 §3: the states of a session; each has only its own data. */
export type ImapState =
  | { readonly at: 'greeted' }
  /** Signed in without access to the mailbox: Exchange Online reports this at the next command. */
  | { readonly at: 'unconnected' }
  | { readonly at: 'signed-in'; readonly client: SignedInClient; readonly mailbox: Mailbox }
  | { readonly at: 'selected'; readonly client: SignedInClient; readonly mailbox: Mailbox; readonly selected: Selected }
  | { readonly at: 'gone' }

export type At = ImapState['at']

export type StateAt<Where extends At> = Extract<ImapState, { at: Where }>

/** The selected folder. Refuses `not-allowed` after EXAMINE. */
export const writable = (selected: Selected): Selected =>
  selected.readOnly ? refuse('not-allowed', 'The folder is read-only') : selected
