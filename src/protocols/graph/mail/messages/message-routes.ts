import type { FolderId } from '../../../../core/ids.ts'
import type { HttpAnswer } from '../../../../core/http.ts'
import type { ItemFilter, MailItem } from '../../../../domain/mail/items/types.ts'
import { commonHeaders, created, noContent, ok, plain } from '../../answers.ts'
import { payloadOf } from '../../payload.ts'
import { destinationFrom } from '../folders/folder-routes.ts'
import { FolderTree } from '../folders/folder-tree.ts'
import { searchFolderFilter } from '../folders/search-folders.ts'
import { contextOf, linkTo, plainContext, refuseWith } from '../mail-answers.ts'
import { type QueryOptions, readQueryOptions } from '../mail-query.ts'
import { type MailCall, mailRoute } from '../mail-route.ts'
import { preferencesOf } from '../preferences.ts'
import { listQuery } from '../query/message-query.ts'
import { searchFilter } from '../query/search-filter.ts'
import { MessageReader } from './message-reader.ts'

const DEFAULT_PAGE = 10
const LARGEST_PAGE = 1000
/** Octets of a message that are sent at a time. */
const PIECE = 256 * 1024

/** The folder that a path names. */
interface FolderInPath {
  readonly key: string
  /** Undefined for a search folder. */
  readonly id: FolderId | undefined
  /** Of a search folder. */
  readonly filter?: ItemFilter
}

/** The folder that the path names; undefined for the whole mailbox. */
async function folderIn(call: MailCall): Promise<FolderInPath | undefined> {
  const key = call.request.params['folder']
  if (key === undefined) return undefined
  const filter = await searchFolderFilter(call, key)
  if (filter) return { key, id: undefined, filter }
  return { id: (await FolderTree.of(call.mailbox)).findFolder(key).folder.id, key }
}

/** The filter on the messages of a folder. */
const within = (folder: FolderInPath | undefined, filter: ItemFilter): ItemFilter =>
  folder?.filter ? { is: 'and', of: [folder.filter, filter] } : filter

export const messageIn = ({ mailbox, request }: MailCall): Promise<MailItem> =>
  mailbox.items.find(request.params['message'] ?? '')

/** Adds the header that tells which preferences were applied. */
export function withPreferences(answer: HttpAnswer, call: MailCall): HttpAnswer {
  const { applied } = preferencesOf(call.request)
  return applied === undefined ? answer : { ...answer, headers: { ...answer.headers, 'preference-applied': applied } }
}

async function listMessages(call: MailCall): Promise<HttpAnswer> {
  const { request, mailbox } = call
  const options = readQueryOptions(request.query)
  const preferences = preferencesOf(request)
  const reader = new MessageReader(call, options, preferences)
  const folder = await folderIn(call)
  const take = pageSize(options.top ?? preferences.pageSize)
  if (options.search !== undefined) return searchMessages(call, options, reader, folder, take)
  const skip = options.skip ?? 0
  const { filter, order } = await listQuery(call, options)
  const { items, count, more } = await mailbox.items.list({
    folder: folder?.id,
    filter: within(folder, filter),
    ...(order.length > 0 && { order }),
    skip,
    take,
    count: options.count,
  })
  return withPreferences(
    ok(request, {
      '@odata.context': contextOf(call, pathOf(folder?.key), options.select),
      ...(options.count && { '@odata.count': count }),
      value: await reader.read(items),
      ...(more && { '@odata.nextLink': linkTo(request, { $top: String(take), $skip: String(skip + take) }) }),
    }),
    call,
  )
}

/** docs/reference/graph-mail.md: a search goes on by `$skiptoken`, which programs read out of the link. */
async function searchMessages(
  call: MailCall,
  options: QueryOptions,
  reader: MessageReader,
  folder: FolderInPath | undefined,
  take: number,
): Promise<HttpAnswer> {
  const { request, mailbox } = call
  const skip = skipFrom(options.skipToken)
  if (options.orderBy.length > 0) {
    refuseWith('SearchWithOrderBy', "The query parameter '$orderBy' is not supported with '$search'.")
  }
  if (options.filter) refuseWith('SearchWithFilter', "The query parameter '$filter' is not supported with '$search'.")
  const filter = searchFilter(options.search ?? '', call.deps.world.now())
  const { items, more } = await mailbox.items.search({ folder: folder?.id, filter: within(folder, filter), skip, take })
  return withPreferences(
    ok(request, {
      '@odata.context': contextOf(call, pathOf(folder?.key), options.select),
      value: await reader.read(items),
      ...(more && {
        '@odata.nextLink': linkTo(request, { $top: String(take), $skiptoken: `s${skip + take}` }),
      }),
    }),
    call,
  )
}

function skipFrom(token: string | undefined): number {
  if (token === undefined) return 0
  const found = /^s(\d{1,4})$/.exec(token)
  return found ? Number(found[1]) : refuseWith('BadRequest', 'The $skiptoken is not valid.')
}

export function pageSize(given: number | undefined, byDefault = DEFAULT_PAGE): number {
  const size = given ?? byDefault
  if (size >= 1 && size <= LARGEST_PAGE) return size
  return refuseWith('ErrorInvalidUrlQuery', `The value of $top must be between 1 and ${LARGEST_PAGE}.`)
}

export const pathOf = (folder: string | undefined): string =>
  folder === undefined ? '/messages' : `/mailFolders('${encodeURIComponent(folder)}')/messages`

async function countMessages(call: MailCall): Promise<HttpAnswer> {
  const options = readQueryOptions(call.request.query)
  const folder = await folderIn(call)
  const { filter } = await listQuery(call, options)
  const { count } = await call.mailbox.items.list({
    folder: folder?.id,
    filter: within(folder, filter),
    skip: 0,
    take: 0,
    count: true,
  })
  return plain(call.request, count ?? 0)
}

/** A message as the answer to a request. */
export async function answered(call: MailCall, item: MailItem): Promise<Record<string, unknown>> {
  const options = readQueryOptions(call.request.query)
  const reader = new MessageReader(call, options, preferencesOf(call.request))
  return { '@odata.context': contextOf(call, '/messages', options.select, '/$entity'), ...(await reader.readOne(item)) }
}

const getMessage = mailRoute('GET /messages/:message', {
  needs: 'Mail.ReadBasic',
  run: async (call) => withPreferences(ok(call.request, await answered(call, await messageIn(call))), call),
})

/** The stored octets: those of IMAP's BODY[]. */
const getValue = mailRoute('GET /messages/:message/$value', {
  needs: 'Mail.Read',
  run: async (call) => {
    const { octets, blob } = await messageIn(call)
    // A whole read is checked. A long message is checked before the first octet is sent.
    if (octets > PIECE) await call.mailbox.checkContent(blob)
    return {
      status: 200,
      headers: { ...commonHeaders(call.request), 'content-type': 'text/plain', 'content-length': String(octets) },
      body: octets <= PIECE ? await call.mailbox.content(blob) : inPieces(call, blob, octets),
    }
  },
})

async function* inPieces({ mailbox }: MailCall, blob: MailItem['blob'], octets: number): AsyncGenerator<Buffer> {
  for (let start = 0; start < octets; start += PIECE) {
    yield await mailbox.content(blob, start, Math.min(start + PIECE, octets))
  }
}

/** The mod-sequence that `If-Match` names; undefined without the header, or with `*`. */
export function ifMatch({ mailbox, request }: MailCall): MailItem['modSeq'] | undefined {
  const header = request.headers['if-match']?.trim()
  if (header === undefined || header === '*') return undefined
  const key = /^(?:W\/)?"([^"]*)"$/.exec(header)?.[1]
  // A malformed one matches nothing.
  return mailbox.items.modSeqOf(key ?? '') ?? (0 as MailItem['modSeq'])
}

const deleteMessage = mailRoute('DELETE /messages/:message', {
  needs: 'Mail.ReadWrite',
  run: async (call) => {
    const { key } = await messageIn(call)
    await call.mailbox.items.delete(key, ifMatch(call))
    return noContent(call.request)
  },
})

const permanentlyDeleteMessage = mailRoute('POST /messages/:message/permanentDelete', {
  needs: 'Mail.ReadWrite',
  run: async (call) => {
    const { key } = await messageIn(call)
    await call.mailbox.items.permanentDelete(key, ifMatch(call))
    return noContent(call.request)
  },
})

/** Moves or copies a message, and answers with what is in the other folder. */
const transferred =
  (how: 'move' | 'copy') =>
  async (call: MailCall): Promise<HttpAnswer> => {
    const { key } = await messageIn(call)
    const to = destinationFrom(payloadOf(call.request, 'Message').caseless())
    const { folder } = (await FolderTree.of(call.mailbox)).findFolder(to)
    const item = await call.mailbox.items[how](key, folder.id)
    const reader = new MessageReader(call, { select: undefined, expand: [] }, preferencesOf(call.request))
    const answer = {
      '@odata.context': plainContext(call, `${call.owner}/messages/$entity`),
      ...(await reader.readOne(item, true)),
    }
    return withPreferences(created(call.request, answer), call)
  }

export const messageRoutes = [
  ...['/messages', '/mailFolders/:folder/messages'].flatMap((path) => [
    mailRoute(`GET ${path as '/messages'}`, { needs: 'Mail.ReadBasic', run: listMessages }),
    mailRoute(`GET ${path as '/messages'}/$count`, { needs: 'Mail.ReadBasic', run: countMessages }),
  ]),
  getMessage,
  getValue,
  deleteMessage,
  permanentlyDeleteMessage,
  mailRoute('POST /messages/:message/move', { needs: 'Mail.ReadWrite', run: transferred('move') }),
  mailRoute('POST /messages/:message/copy', { needs: 'Mail.ReadWrite', run: transferred('copy') }),
]
