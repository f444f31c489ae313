import { parseFilter } from '../../../../codecs/odata/parse-filter.ts'
import { Refusal, refuse } from '../../../../core/refusal.ts'
import type { HttpAnswer } from '../../../../core/http.ts'
import type { ItemFilter } from '../../../../domain/mail/items/types.ts'
import type { SearchFolder } from '../../../../domain/outlook/types.ts'
import { created, noContent, ok } from '../../answers.ts'
import { payloadOf } from '../../payload.ts'
import { contextOf, refuseWith, versionOf } from '../mail-answers.ts'
import { readQueryOptions } from '../mail-query.ts'
import type { MailCall } from '../mail-route.ts'
import { listQuery } from '../query/message-query.ts'
import { pageOf } from '../small-list.ts'
import { selectedOf } from './folder-json.ts'
import { folderJson, folderProperties, type ShownFolder } from './folder-shape.ts'
import { type FolderNode, FolderTree, refuseUnknownFolder, withDescendants } from './folder-tree.ts'

/** The well-known folder that all search folders are in. It is not a folder of the store, so IMAP does not show it. */
const ROOT_NAME = 'searchfolders'
/** The name of that folder in Exchange. */
const ROOT_SHOWN = 'Finder'
const PREFIX = 'AAMkSRCH'
/** Octets of an id before its encoding, as for other folders. */
const SHORTEST = 48
const MOST_SOURCES = 50

const idOf = (id: string): string => `${PREFIX}${Buffer.from(id.padEnd(SHORTEST, ' ')).toString('base64url')}=`

/** The stored id of a search folder in a path; empty for the folder that they are in. Undefined for other folders. */
export function searchKey(key: string): string | undefined {
  if (key.toLowerCase() === ROOT_NAME) return ''
  const encoded = new RegExp(`^${PREFIX}([\\w-]{1,200})={0,2}$`).exec(key)?.[1]
  const text = encoded === undefined ? undefined : Buffer.from(encoded, 'base64url').toString('latin1').trimEnd()
  return text === undefined || /^[\w-]{0,64}$/.test(text) ? text : undefined
}

/** True if the request creates a search folder. */
export const createsSearchFolder = (type: unknown): boolean =>
  typeof type === 'string' && /^#?microsoft\.graph\.mailSearchFolder$/i.test(type)

/** The filter on the messages of a search folder; undefined if the path names another folder. */
export async function searchFolderFilter(call: MailCall, key: string): Promise<ItemFilter | undefined> {
  const id = searchKey(key)
  if (id === undefined) return undefined
  return id === '' ? nothing : filterOf(call, await found(call, id))
}

const nothing: ItemFilter = { is: 'not', of: { is: 'all' } }

async function found({ deps, mailbox }: MailCall, id: string): Promise<SearchFolder> {
  const all = await deps.outlook.searchFolders.all(mailbox.id)
  return all.find((folder) => folder.id === id) ?? refuseUnknownFolder()
}

/** Refuses a filter that is not supported any more. Source folders that are gone have no messages. */
async function filterOf(call: MailCall, folder: SearchFolder): Promise<ItemFilter> {
  const tree = await FolderTree.of(call.mailbox)
  const folders = new Set<FolderNode>()
  for (const key of folder.sourceFolderIds) {
    for (const node of sourcesOf(tree, key, folder.includeNestedFolders)) folders.add(node)
  }
  const sources = [...folders].map((node): ItemFilter => ({ is: 'folder', folder: node.folder.id }))
  const { filter } = await queryOf(call, folder.filterQuery)
  return { is: 'and', of: [{ is: 'or', of: sources }, filter] }
}

function sourcesOf(tree: FolderTree, key: string, nested: boolean): Iterable<FolderNode> {
  try {
    const node = tree.find(key)
    if (node) return nested ? withDescendants(node) : [node]
    return nested ? tree.all : []
  } catch (thrown) {
    if (thrown instanceof Refusal && thrown.reason === 'no-such-thing') return []
    throw thrown
  }
}

const queryOf = (call: MailCall, filterQuery: string) =>
  listQuery(call, {
    ...readQueryOptions(new URLSearchParams()),
    filter: filterQuery.trim() === '' ? undefined : parseFilter(filterQuery),
  })

async function shown(call: MailCall, folder: SearchFolder): Promise<ShownFolder> {
  const { items } = call.mailbox
  const count = async (filter: ItemFilter) => (await items.list({ filter, skip: 0, take: 0, count: true })).count ?? 0
  const filter = await filterOf(call, folder).catch((thrown: unknown) => {
    if (thrown instanceof Refusal && thrown.reason !== 'gone') return undefined
    throw thrown
  })
  return {
    id: idOf(folder.id),
    displayName: folder.displayName,
    parentFolderId: idOf(''),
    childFolderCount: 0,
    unreadItemCount: filter ? await count({ is: 'and', of: [filter, { is: 'read', value: false }] }) : 0,
    totalItemCount: filter ? await count(filter) : 0,
    // Its messages have their size in their own folders.
    sizeInBytes: 0,
    isHidden: false,
    wellKnownName: undefined,
    search: {
      isSupported: filter !== undefined,
      includeNestedFolders: folder.includeNestedFolders,
      sourceFolderIds: folder.sourceFolderIds,
      filterQuery: folder.filterQuery,
    },
  }
}

async function root({ deps, mailbox }: MailCall): Promise<ShownFolder> {
  return {
    id: idOf(''),
    displayName: ROOT_SHOWN,
    parentFolderId: mailbox.items.rootId,
    childFolderCount: (await deps.outlook.searchFolders.all(mailbox.id)).length,
    unreadItemCount: 0,
    totalItemCount: 0,
    sizeInBytes: 0,
    isHidden: true,
    wellKnownName: ROOT_NAME,
  }
}

function answer(call: MailCall, folder: ShownFolder): Record<string, unknown> {
  const selected = selectedOf(readQueryOptions(call.request.query).select)
  return {
    '@odata.context': contextOf(call, '/mailFolders', selected, '/$entity'),
    ...folderJson(folder, selected, versionOf(call.request)),
  }
}

export async function getSearchFolder(call: MailCall, id: string): Promise<HttpAnswer> {
  return ok(call.request, answer(call, id === '' ? await root(call) : await shown(call, await found(call, id))))
}

/** One page of the search folders; a search folder itself has none. */
export async function listSearchFolders(call: MailCall, id: string): Promise<HttpAnswer> {
  const { deps, mailbox, request } = call
  const all = id === '' ? await deps.outlook.searchFolders.all(mailbox.id) : [await found(call, id)].slice(1)
  const records: Record<string, unknown>[] = []
  for (const folder of all) records.push(folderJson(await shown(call, folder), undefined, versionOf(request)))
  const of = `/mailFolders('${encodeURIComponent(request.params['folder'] ?? '')}')/childFolders`
  return pageOf(call, { of, type: 'mailFolder', names: folderProperties }, records)
}

export async function countSearchFolders({ deps, mailbox }: MailCall, id: string): Promise<number> {
  return id === '' ? (await deps.outlook.searchFolders.all(mailbox.id)).length : 0
}

const writable = ['displayName', 'includeNestedFolders', 'sourceFolderIds', 'filterQuery', 'isHidden', 'isSupported']

export async function createSearchFolder(call: MailCall): Promise<HttpAnswer> {
  const { deps, mailbox, request } = call
  const change = await readSearchFolder(call)
  const { displayName, sourceFolderIds, filterQuery, includeNestedFolders = false } = change
  if (displayName === undefined) return refuseMissing('displayName')
  if (sourceFolderIds === undefined) return refuseMissing('sourceFolderIds')
  if (filterQuery === undefined) return refuseMissing('filterQuery')
  const made = { displayName, sourceFolderIds, filterQuery, includeNestedFolders }
  return created(request, answer(call, await shown(call, await deps.outlook.searchFolders.add(mailbox.id, made))))
}

export async function updateSearchFolder(call: MailCall, id: string): Promise<HttpAnswer> {
  const { deps, mailbox, request } = call
  if (id === '') refuseWith('ErrorInvalidRequest', 'The name of a default folder cannot be changed.')
  await found(call, id)
  const change = await readSearchFolder(call)
  return ok(request, answer(call, await shown(call, await deps.outlook.searchFolders.change(mailbox.id, id, change))))
}

export async function deleteSearchFolder(call: MailCall, id: string): Promise<HttpAnswer> {
  const { deps, mailbox, request } = call
  if (id === '') refuseWith('ErrorCannotDeleteObject', 'A default folder cannot be deleted.', 'not-allowed')
  await found(call, id)
  await deps.outlook.searchFolders.remove(mailbox.id, id)
  return noContent(request)
}

const refuseMissing = (name: string): never => refuseWith('ErrorInvalidRequest', `The property ${name} is required.`)

const LONGEST_NAME = 255

/** The properties that a request sets, checked: the folders exist, and the filter is supported. */
async function readSearchFolder(call: MailCall): Promise<Partial<Omit<SearchFolder, 'id'>>> {
  const body = payloadOf(call.request, 'MailSearchFolder').only(writable)
  const displayName = body.text('displayName')
  if (displayName !== undefined && (displayName.trim() === '' || displayName.length > LONGEST_NAME)) {
    refuseWith('ErrorInvalidRequest', 'The property displayName is empty or too long.')
  }
  const sources = body.texts('sourceFolderIds')
  const filterQuery = body.text('filterQuery')
  if (filterQuery !== undefined) await queryOf(call, filterQuery)
  const nested = body.flag('includeNestedFolders')
  return {
    ...(displayName !== undefined && { displayName }),
    ...(sources !== undefined && { sourceFolderIds: await checkedSources(call, sources) }),
    ...(filterQuery !== undefined && { filterQuery }),
    ...(nested !== undefined && { includeNestedFolders: nested }),
  }
}

/** Ids of folders that exist, in place of well-known names. */
async function checkedSources({ mailbox }: MailCall, keys: readonly string[]): Promise<readonly string[]> {
  if (keys.length === 0 || keys.length > MOST_SOURCES) {
    refuse('bad-syntax', `A search folder has 1 to ${MOST_SOURCES} source folders.`, { graph: 'ErrorInvalidRequest' })
  }
  const tree = await FolderTree.of(mailbox)
  const { items } = mailbox
  return keys.map((key) => {
    const node = tree.find(key)
    return node ? items.folderId(node.folder.id) : items.rootId
  })
}
