import { matches, order, readerOf, valueAt } from '../../../../codecs/odata/filter.ts'
import type { QueryOptions } from '../mail-query.ts'
import type { MailItems } from '../../../../domain/mail/items/types.ts'
import { refuseWith } from '../mail-answers.ts'
import { folderJson, folderProperties, type ShownFolder } from './folder-shape.ts'
import type { FolderNode, FolderTree } from './folder-tree.ts'

/** The store's names have no slash and some more restrictions: the name that Graph shows is kept as a property. */
export const DISPLAY_NAME = 'displayName'
export const HIDDEN = 'isHidden'

/** Shows folders of one mailbox. */
export class FolderWriter {
  readonly #tree: FolderTree
  readonly #items: MailItems
  readonly #version: 'v1.0' | 'beta'
  readonly #properties: ReadonlyMap<number, Readonly<Record<string, string>>>

  private constructor(
    tree: FolderTree,
    items: MailItems,
    version: 'v1.0' | 'beta',
    properties: Map<number, Record<string, string>>,
  ) {
    this.#tree = tree
    this.#items = items
    this.#version = version
    this.#properties = properties
  }

  static async of(tree: FolderTree, items: MailItems, version: 'v1.0' | 'beta'): Promise<FolderWriter> {
    const properties = new Map<number, Record<string, string>>()
    for (const [folder, own] of await items.everyFolderProperties([DISPLAY_NAME, HIDDEN])) {
      properties.set(folder, Object.fromEntries(own.map(({ name, value }) => [name, value])))
    }
    return new FolderWriter(tree, items, version, properties)
  }

  isHidden({ folder }: FolderNode): boolean {
    return this.#properties.get(folder.id)?.[HIDDEN] === 'true'
  }

  displayName({ folder, name }: FolderNode): string {
    const [stored, shown] = splitName(this.#properties.get(folder.id)?.[DISPLAY_NAME])
    return stored === name ? shown : name
  }

  #shownFolder(node: FolderNode | undefined): ShownFolder {
    if (!node) return this.#root()
    const { folder, parent, children, wellKnownName } = node
    return {
      id: this.#items.folderId(folder.id),
      displayName: this.displayName(node),
      parentFolderId: parent ? this.#items.folderId(parent.folder.id) : this.#items.rootId,
      childFolderCount: children.filter((child) => !this.isHidden(child)).length,
      unreadItemCount: folder.unseen,
      totalItemCount: folder.count,
      sizeInBytes: folder.octets,
      isHidden: this.isHidden(node),
      wellKnownName,
    }
  }

  #root(): ShownFolder {
    return {
      id: this.#items.rootId,
      displayName: 'Top of Information Store',
      parentFolderId: this.#items.rootId,
      childFolderCount: this.#tree.top.filter((child) => !this.isHidden(child)).length,
      unreadItemCount: 0,
      totalItemCount: 0,
      sizeInBytes: 0,
      isHidden: false,
      wellKnownName: 'msgfolderroot',
    }
  }

  /** Applies `$select` and `$expand` to a folder. */
  shown(node: FolderNode | undefined, options: QueryOptions, hiddenToo: boolean): Record<string, unknown> {
    const shown = folderJson(this.#shownFolder(node), selectedOf(options.select), this.#version)
    for (const { name, options: inner } of options.expand) {
      if (name.toLowerCase() !== 'childfolders') refuseExpand(name)
      const { page } = this.page(this.#tree.childrenOf(node), inner, hiddenToo)
      shown['childFolders'] = page
        .slice(0, inner.top ?? page.length)
        .map((child) => this.shown(child, inner, hiddenToo))
    }
    return shown
  }

  /** The folders that match, in the order asked for, without those that `$skip` leaves out. */
  page(
    nodes: readonly FolderNode[],
    { filter, orderBy, skip = 0 }: QueryOptions,
    hiddenToo: boolean,
  ): { readonly page: readonly FolderNode[]; readonly count: number } {
    const readers = new Map(nodes.map((node) => [node, readerOf(this.#shownFolder(node))]))
    const found = nodes.filter(
      (node) => (hiddenToo || !this.isHidden(node)) && (!filter || matches(filter, readers.get(node)!)),
    )
    const sorted = found.toSorted((one, other) => {
      for (const { path, descending } of orderBy) {
        const by = order(valueAt(readers.get(one)!, path), valueAt(readers.get(other)!, path)) ?? 0
        if (by !== 0) return descending ? -by : by
      }
      return 0
    })
    return { page: sorted.slice(skip), count: found.length }
  }
}

/** The selected properties in their own spelling. Refuses others. */
export const selectedOf = (select: readonly string[] | undefined): readonly string[] | undefined =>
  select?.map(
    (written) =>
      folderProperties.find((name) => name.toLowerCase() === written.toLowerCase()) ??
      refuseWith(
        'BadRequest',
        `Parsing OData Select and Expand failed: Could not find a property named '${written.slice(0, 128)}' on type 'microsoft.graph.mailFolder'.`,
      ),
  )

function refuseExpand(name: string): never {
  return refuseWith(
    'BadRequest',
    `Parsing OData Select and Expand failed: Could not find a property named '${name.slice(0, 128)}' on type 'microsoft.graph.mailFolder'.`,
  )
}

/** Keeps the name that is shown together with the one that is stored, so that a rename over IMAP wins. */
export const joinedName = (stored: string, shown: string): string => `${stored}\n${shown}`

function splitName(property = ''): readonly [string, string] {
  const end = property.indexOf('\n')
  return [property.slice(0, Math.max(end, 0)), property.slice(end + 1)]
}
