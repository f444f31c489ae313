import type { FolderId } from '../../../../core/ids.ts'
import { refuse } from '../../../../core/refusal.ts'
import type { MailItems } from '../../../../domain/mail/items/types.ts'
import type { Folder, Mailbox, SpecialUse } from '../../../../domain/mail/types.ts'

/** Names by which Graph finds a folder whatever its displayName is (docs/reference/graph-mail.md §2). */
const specialUses: Readonly<Record<string, SpecialUse>> = {
  archive: '\\Archive',
  deleteditems: '\\Trash',
  drafts: '\\Drafts',
  junkemail: '\\Junk',
  sentitems: '\\Sent',
}

const wellKnownNames = {
  '\\Archive': 'archive',
  '\\Drafts': 'drafts',
  '\\Junk': 'junkemail',
  '\\Sent': 'sentitems',
  '\\Trash': 'deleteditems',
} as const satisfies Record<SpecialUse, string>

/** Other well-known names of Exchange. Mailboxes here have no such folders. */
const absent: ReadonlySet<string> = new Set([
  'clutter',
  'conflicts',
  'conversationhistory',
  'localfailures',
  'outbox',
  'recoverableitemsdeletions',
  'scheduled',
  'searchfolders',
  'serverfailures',
  'syncissues',
])

export const INBOX = 'inbox'
const ROOT_NAME = 'msgfolderroot'

/** A folder among the others of its mailbox. */
export interface FolderNode {
  readonly folder: Folder
  /** The last part of the path. */
  readonly name: string
  /** Undefined at the top. */
  readonly parent: FolderNode | undefined
  readonly children: readonly FolderNode[]
  /** Undefined for a folder that users create. */
  readonly wellKnownName: string | undefined
}

/** The folders of a mailbox as of one moment. Below the root, `undefined`. */
export class FolderTree {
  readonly #items: MailItems
  readonly #byId = new Map<FolderId, FolderNode>()
  readonly top: readonly FolderNode[]

  private constructor(items: MailItems, folders: readonly Folder[]) {
    this.#items = items
    const byPath = new Map<string, FolderNode & { readonly children: FolderNode[] }>()
    const top: FolderNode[] = []
    for (const folder of folders.toSorted((one, other) => compare(one.path, other.path))) {
      const slash = folder.path.lastIndexOf('/')
      const parent = slash < 0 ? undefined : byPath.get(folder.path.slice(0, slash))
      const node = {
        folder,
        name: folder.path.slice(slash + 1),
        parent,
        children: [],
        wellKnownName: wellKnownNameOf(folder),
      }
      byPath.set(folder.path, node)
      this.#byId.set(folder.id, node)
      ;(parent?.children ?? top).push(node)
    }
    this.top = top
  }

  static async of(mailbox: Mailbox): Promise<FolderTree> {
    return new FolderTree(mailbox.items, await mailbox.folders())
  }

  get all(): Iterable<FolderNode> {
    return this.#byId.values()
  }

  byId(id: FolderId): FolderNode | undefined {
    return this.#byId.get(id)
  }

  wellKnown(name: string): FolderNode | undefined {
    return [...this.#byId.values()].find(({ wellKnownName }) => wellKnownName === name)
  }

  /**
   * The folder with that id or well-known name; undefined for the root. Refuses `no-such-thing` with code
   * `ErrorFolderNotFound`, and malformed ids as {@link MailItems.parseFolderId} does.
   */
  find(key: string): FolderNode | undefined {
    const name = key.toLowerCase()
    if (name === ROOT_NAME) return undefined
    if (name === INBOX || specialUses[name] !== undefined) return this.wellKnown(name) ?? refuseUnknownFolder()
    if (absent.has(name)) return refuseUnknownFolder()
    const id = this.#items.parseFolderId(key)
    if (id === undefined) return undefined
    return this.#byId.get(id) ?? refuseUnknownFolder()
  }

  /** The same, but the root is no such folder. */
  findFolder(key: string): FolderNode {
    return this.find(key) ?? refuseUnknownFolder()
  }

  childrenOf(node: FolderNode | undefined): readonly FolderNode[] {
    return node?.children ?? this.top
  }
}

/** The folder and all below it, the deepest first. */
export const withDescendants = (node: FolderNode): readonly FolderNode[] => [
  ...node.children.flatMap(withDescendants),
  node,
]

/** The path of a child of that name; `/` cannot be part of a name in the store. */
export const childPath = (parent: FolderNode | undefined, name: string): string =>
  parent ? `${parent.folder.path}/${name}` : name

export function refuseUnknownFolder(): never {
  return refuse('no-such-thing', 'The specified folder could not be found in the store.', {
    graph: 'ErrorFolderNotFound',
  })
}

function wellKnownNameOf({ path, specialUse }: Folder): string | undefined {
  if (path === 'Inbox') return INBOX
  return specialUse && wellKnownNames[specialUse]
}

function compare(one: string, other: string): number {
  if (one === other) return 0
  return one < other ? -1 : 1
}
