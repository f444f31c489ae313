import { readQueryOptions } from '../mail-query.ts'
import type { Uid } from '../../../../core/ids.ts'
import { payloadOf } from '../../payload.ts'
import { created, noContent, ok, plain } from '../../answers.ts'
import { contextOf, linkTo, refuseWith, versionOf } from '../mail-answers.ts'
import { type MailCall, mailRoute } from '../mail-route.ts'
import { DISPLAY_NAME, FolderWriter, HIDDEN, joinedName, selectedOf } from './folder-json.ts'
import { childPath, type FolderNode, FolderTree, withDescendants } from './folder-tree.ts'
import {
  countSearchFolders,
  createSearchFolder,
  createsSearchFolder,
  deleteSearchFolder,
  getSearchFolder,
  listSearchFolders,
  searchKey,
  updateSearchFolder,
} from './search-folders.ts'

/** Folders on a page without `$top`. */
const DEFAULT_PAGE = 10
/** Programs ask for as many as 9,999. */
const LARGEST_PAGE = 9999

/** The folders of the mailbox, and what shows them. */
async function opened(call: MailCall): Promise<{ tree: FolderTree; writer: FolderWriter }> {
  const tree = await FolderTree.of(call.mailbox)
  return { tree, writer: await FolderWriter.of(tree, call.mailbox.items, versionOf(call.request)) }
}

const keyOf = ({ request }: MailCall): string => request.params['folder'] ?? ''

/** One page of the folders at the top, or below a folder. */
async function listed(call: MailCall, of: string, children: (tree: FolderTree) => readonly FolderNode[]) {
  const { request } = call
  const { tree, writer } = await opened(call)
  const options = readQueryOptions(request.query)
  const size = options.top ?? DEFAULT_PAGE
  if (size < 1 || size > LARGEST_PAGE) refuseWith('BadRequest', `The page size must be between 1 and ${LARGEST_PAGE}.`)
  const hiddenToo = request.query.get('includeHiddenFolders')?.toLowerCase() === 'true'
  const { page, count } = writer.page(children(tree), options, hiddenToo)
  const skip = (options.skip ?? 0) + size
  return ok(request, {
    '@odata.context': contextOf(call, of, selectedOf(options.select)),
    ...(options.count && { '@odata.count': count }),
    value: page.slice(0, size).map((node) => writer.shown(node, options, hiddenToo)),
    ...(page.length > size && { '@odata.nextLink': linkTo(request, { $skip: String(skip) }) }),
  })
}

/** One folder, as the answer to a request that reads or changes it. */
async function answered(
  call: MailCall,
  node: FolderNode | undefined,
  { tree, writer }: Awaited<ReturnType<typeof opened>>,
) {
  const options = readQueryOptions(call.request.query)
  const selected = selectedOf(options.select)
  return {
    '@odata.context': contextOf(call, '/mailFolders', selected, '/$entity'),
    ...writer.shown(node && (tree.byId(node.folder.id) ?? node), options, true),
  }
}

const listFolders = mailRoute('GET /mailFolders', {
  needs: 'Mail.ReadBasic',
  run: (call) => listed(call, '/mailFolders', (tree) => tree.top),
})

const listChildren = mailRoute('GET /mailFolders/:folder/childFolders', {
  needs: 'Mail.ReadBasic',
  run: async (call) => {
    const search = searchKey(keyOf(call))
    if (search !== undefined) return listSearchFolders(call, search)
    return listed(call, `/mailFolders('${encodeURIComponent(keyOf(call))}')/childFolders`, (tree) =>
      tree.childrenOf(tree.find(keyOf(call))),
    )
  },
})

const countFolders = mailRoute('GET /mailFolders/$count', {
  needs: 'Mail.ReadBasic',
  run: (call) => counted(call, (tree) => tree.top),
})

const countChildren = mailRoute('GET /mailFolders/:folder/childFolders/$count', {
  needs: 'Mail.ReadBasic',
  run: async (call) => {
    const search = searchKey(keyOf(call))
    if (search !== undefined) return plain(call.request, await countSearchFolders(call, search))
    return counted(call, (tree) => tree.childrenOf(tree.find(keyOf(call))))
  },
})

async function counted(call: MailCall, children: (tree: FolderTree) => readonly FolderNode[]) {
  const { tree, writer } = await opened(call)
  const { count } = writer.page(children(tree), readQueryOptions(call.request.query), false)
  return { ...ok(call.request, {}), headers: { 'content-type': 'text/plain' }, body: String(count) }
}

const getFolder = mailRoute('GET /mailFolders/:folder', {
  needs: 'Mail.ReadBasic',
  run: async (call) => {
    const search = searchKey(keyOf(call))
    if (search !== undefined) return getSearchFolder(call, search)
    const at = await opened(call)
    return ok(call.request, await answered(call, at.tree.find(keyOf(call)), at))
  },
})

const createFolder = mailRoute('POST /mailFolders', {
  needs: 'Mail.ReadWrite',
  run: (call) => add(call, undefined),
})

const createChild = mailRoute('POST /mailFolders/:folder/childFolders', {
  needs: 'Mail.ReadWrite',
  run: async (call) => {
    const isSearch = createsSearchFolder(payloadOf(call.request, 'MailFolder').raw('@odata.type'))
    const intoSearch = searchKey(keyOf(call)) !== undefined
    if (isSearch) {
      // It is checked that the folder exists, though all search folders are in the same.
      if (!intoSearch) (await FolderTree.of(call.mailbox)).find(keyOf(call))
      return createSearchFolder(call)
    }
    if (intoSearch) refuseWith('ErrorInvalidRequest', 'Only search folders can be created there.')
    return add(call, (await FolderTree.of(call.mailbox)).find(keyOf(call)))
  },
})

async function add(call: MailCall, parent: FolderNode | undefined) {
  const { mailbox, request } = call
  const body = payloadOf(request, 'MailFolder').only(['displayName', 'isHidden'])
  const shown = nameFrom(body.text('displayName'))
  const stored = storedName(shown)
  const { id } = await mailbox.createFolder(childPath(parent, stored))
  const properties = [
    ...(stored === shown ? [] : [{ name: DISPLAY_NAME, value: joinedName(stored, shown) }]),
    ...(body.flag('isHidden') === true ? [{ name: HIDDEN, value: 'true' }] : []),
  ]
  if (properties.length > 0) await mailbox.items.setFolderProperties(id, properties)
  const at = await opened(call)
  return created(request, await answered(call, at.tree.byId(id), at))
}

/** The longest name of a folder in Exchange. */
const LONGEST_NAME = 255

function nameFrom(name: string | undefined): string {
  if (name === undefined || name.trim() === '') {
    return refuseWith('ErrorInvalidRequest', 'The property displayName is required and must not be empty.')
  }
  if (name.length > LONGEST_NAME) return refuseWith('ErrorInvalidRequest', 'The property displayName is too long.')
  return name
}

/** A name that the store takes: it separates the names of a path by slashes. */
const storedName = (name: string): string =>
  name
    .replaceAll('/', '\u2215')
    .replaceAll(/\p{Cc}/gu, ' ')
    .trim()

const updateFolder = mailRoute('PATCH /mailFolders/:folder', {
  needs: 'Mail.ReadWrite',
  run: async (call) => {
    const { mailbox, request } = call
    const search = searchKey(keyOf(call))
    if (search !== undefined) return updateSearchFolder(call, search)
    const tree = await FolderTree.of(mailbox)
    const node = tree.findFolder(keyOf(call))
    const body = payloadOf(request, 'MailFolder').only(['displayName'])
    const shown = body.text('displayName')
    if (shown !== undefined) await rename(call, node, nameFrom(shown))
    const at = await opened(call)
    return ok(request, await answered(call, at.tree.byId(node.folder.id), at))
  },
})

async function rename({ mailbox }: MailCall, node: FolderNode, shown: string): Promise<void> {
  if (node.wellKnownName !== undefined) {
    refuseWith('ErrorInvalidRequest', 'The name of a default folder cannot be changed.')
  }
  const stored = storedName(shown)
  if (stored !== node.name) await mailbox.renameFolder(node.folder.id, childPath(node.parent, stored))
  await mailbox.items.setFolderProperties(node.folder.id, [
    { name: DISPLAY_NAME, value: stored === shown ? undefined : joinedName(stored, shown) },
  ])
}

/** The folder goes to Deleted Items; from there, for good. */
const deleteFolder = mailRoute('DELETE /mailFolders/:folder', {
  needs: 'Mail.ReadWrite',
  run: async (call) => {
    const { mailbox, request } = call
    const search = searchKey(keyOf(call))
    if (search !== undefined) return deleteSearchFolder(call, search)
    const tree = await FolderTree.of(mailbox)
    const node = removable(tree.findFolder(keyOf(call)))
    const trash = tree.wellKnown('deleteditems')
    if (!trash || isBelow(node, trash)) await remove(call, node)
    else await mailbox.renameFolder(node.folder.id, childPath(trash, freeName(trash, node.name)))
    return noContent(request)
  },
})

const permanentlyDeleteFolder = mailRoute('POST /mailFolders/:folder/permanentDelete', {
  needs: 'Mail.ReadWrite',
  run: async (call) => {
    const search = searchKey(keyOf(call))
    if (search !== undefined) return deleteSearchFolder(call, search)
    const tree = await FolderTree.of(call.mailbox)
    await remove(call, removable(tree.findFolder(keyOf(call))))
    return noContent(call.request)
  },
})

function removable(node: FolderNode): FolderNode {
  if (node.wellKnownName === undefined) return node
  return refuseWith('ErrorCannotDeleteObject', 'A default folder cannot be deleted.', 'not-allowed')
}

async function remove({ mailbox }: MailCall, node: FolderNode): Promise<void> {
  for (const { folder } of withDescendants(node)) await mailbox.deleteFolder(folder.id)
}

const isBelow = (node: FolderNode, above: FolderNode): boolean =>
  node.parent !== undefined && (node.parent === above || isBelow(node.parent, above))

/** A name that no folder below the parent has yet. */
function freeName(parent: FolderNode | undefined, name: string): string {
  const taken = new Set(parent?.children.map((child) => child.name))
  if (!taken.has(name)) return name
  for (let number = 1; ; number++) if (!taken.has(`${name} (${number})`)) return `${name} (${number})`
}

const moveFolder = mailRoute('POST /mailFolders/:folder/move', {
  needs: 'Mail.ReadWrite',
  run: async (call) => {
    const { mailbox, request } = call
    const tree = await FolderTree.of(mailbox)
    const node = removable(tree.findFolder(keyOf(call)))
    const to = destinationIn(call, tree)
    if (to === node || (to && isBelow(to, node))) refuseBelowItself()
    if (to !== node.parent) await mailbox.renameFolder(node.folder.id, childPath(to, node.name))
    const at = await opened(call)
    return created(request, await answered(call, at.tree.byId(node.folder.id), at))
  },
})

const copyFolder = mailRoute('POST /mailFolders/:folder/copy', {
  needs: 'Mail.ReadWrite',
  run: async (call) => {
    const tree = await FolderTree.of(call.mailbox)
    const node = tree.findFolder(keyOf(call))
    const to = destinationIn(call, tree)
    if (to === node || (to && isBelow(to, node))) refuseBelowItself()
    const path = await copyTree(call, node, childPath(to, node.name))
    const at = await opened(call)
    const copy = [...at.tree.all].find(({ folder }) => folder.path === path)
    return created(call.request, await answered(call, copy, at))
  },
})

/** Copies a folder, what is in it and what is below it. Returns the path of the copy. */
async function copyTree(call: MailCall, node: FolderNode, path: string): Promise<string> {
  const { mailbox } = call
  const made = await mailbox.createFolder(path)
  const opening = await mailbox.open(node.folder.id)
  let uids: readonly Uid[]
  try {
    uids = opening.index.uidsBetween(0, opening.index.count)
  } finally {
    opening.close()
  }
  if (uids.length > 0) await mailbox.copy(node.folder.id, uids, made.id)
  for (const child of node.children) await copyTree(call, child, `${path}/${child.name}`)
  return made.path
}

function destinationIn({ request }: MailCall, tree: FolderTree): FolderNode | undefined {
  return tree.find(destinationFrom(payloadOf(request, 'MailFolder').caseless()))
}

/** Names of action parameters may be in any letter case. */
export function destinationFrom(body: ReadonlyMap<string, unknown>): string {
  const to = body.get('destinationid')
  if (typeof to === 'string' && to !== '') return to
  return refuseWith('ErrorInvalidRequest', 'The parameter destinationId is required.')
}

function refuseBelowItself(): never {
  return refuseWith('ErrorInvalidRequest', 'A folder cannot be put below itself.')
}

export const folderRoutes = [
  listFolders,
  countFolders,
  listChildren,
  countChildren,
  getFolder,
  createFolder,
  createChild,
  updateFolder,
  deleteFolder,
  permanentlyDeleteFolder,
  moveFolder,
  copyFolder,
]
