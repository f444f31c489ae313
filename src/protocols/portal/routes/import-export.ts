import { createHash } from 'node:crypto'
import type { Caller } from '../../../access/types.ts'
import {
  decodeBatch,
  MESSAGE_BATCH,
  readDateTime,
  type SentMessage,
  writeDateTime,
} from '../../../codecs/portal/message-batch.ts'
import type { HttpRequest, Route } from '../../../core/http.ts'
import type { Uid } from '../../../core/ids.ts'
import { isRefusedFor, Refusal, refuse } from '../../../core/refusal.ts'
import type { Flags, Folder, Mailbox, Message, NewMessage } from '../../../domain/mail/types.ts'
import { administratorRoute } from '../administrator.ts'
import type { PortalDeps } from '../deps.ts'

const PAGE = 500
const CHUNK = 256 * 1024

/** The folders of a mailbox, the messages of a folder, and the bytes of a message. */
export const exportRoutes = (deps: PortalDeps): readonly Route[] => [
  administratorRoute(deps, 'GET /postern/v1/:tenant/mailboxes/:mailbox/folders', async (request, caller) => {
    const mailbox = await opened(deps, request, caller)
    const value = (await mailbox.folders()).map(({ id, path, uidValidity, count, octets }) => ({
      id,
      path,
      uidValidity,
      count,
      octets,
    }))
    return { status: 200, body: { value: value.sort((a, b) => (a.path < b.path ? -1 : 1)) } }
  }),

  administratorRoute(
    deps,
    'GET /postern/v1/:tenant/mailboxes/:mailbox/folders/:folder/messages',
    async (request, caller) => {
      const mailbox = await opened(deps, request, caller)
      const folder = await folderOf(mailbox, request)
      const after = numberOf(request.query.get('after') ?? '0')
      return { status: 200, body: { value: await page(mailbox, folder, after, digestOf(request)) } }
    },
  ),

  administratorRoute(
    deps,
    'GET /postern/v1/:tenant/mailboxes/:mailbox/folders/:folder/messages/:uid',
    async (request, caller) => {
      const mailbox = await opened(deps, request, caller)
      const folder = await folderOf(mailbox, request)
      const [message] = await mailbox.messages(folder.id, [numberOf(request.params.uid!) as Uid])
      if (!message) return refuse('no-such-thing', 'There is no such message.')
      await mailbox.checkContent(message.blob)
      return {
        status: 200,
        headers: { 'content-type': 'message/rfc822', 'content-length': String(message.octets) },
        body: bytesOf(mailbox, message),
      }
    },
  ),
]

const opened = (deps: PortalDeps, request: HttpRequest, caller: Caller): Promise<Mailbox> =>
  deps.access.administer(caller, request.params.mailbox!)

async function folderOf(mailbox: Mailbox, { params }: HttpRequest): Promise<Folder> {
  const id = numberOf(params.folder!)
  const found = (await mailbox.folders()).find((folder) => folder.id === id)
  return found ?? refuse('no-such-thing', 'There is no such folder.')
}

const numberOf = (text: string): number =>
  /^\d{1,15}$/.test(text) ? Number(text) : refuse('bad-syntax', `'${text.slice(0, 40)}' is no number.`)

/** `?digest=sha256`: the messages are listed with a digest of their octets. */
function digestOf({ query }: HttpRequest): 'sha256' | undefined {
  const name = query.get('digest')
  if (name === null) return undefined
  return name === 'sha256' ? name : refuse('bad-syntax', 'The digest can be sha256 only.')
}

/** The messages that follow a UID; an empty page is the end. */
async function page(
  mailbox: Mailbox,
  folder: Folder,
  after: number,
  digest: 'sha256' | undefined,
): Promise<readonly object[]> {
  const open = await mailbox.open(folder.id)
  try {
    const { index } = open
    const first = index.rank((after + 1) as Uid)
    const last = Math.min(first + PAGE, index.count)
    const uids = Array.from({ length: Math.max(0, last - first) }, (_, at) => index.uidAt(first + at))
    const flags = new Map(uids.map((uid, at) => [uid, flagNames(index.flagsAt(first + at))]))
    const listed: object[] = []
    for (const message of await mailbox.messages(folder.id, uids)) {
      const { uid, octets, received } = message
      listed.push({
        uid,
        octets,
        received: writeDateTime(received),
        flags: flags.get(uid) ?? [],
        ...(digest && { [digest]: await digested(mailbox, message, digest) }),
      })
    }
    return listed
  } finally {
    open.close()
  }
}

async function* bytesOf(mailbox: Mailbox, { blob, octets }: Message): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < octets; start += CHUNK) {
    yield await mailbox.content(blob, start, Math.min(start + CHUNK, octets))
  }
}

/** Returns undefined for a damaged message; a request for that message says so. */
async function digested(mailbox: Mailbox, message: Message, digest: string): Promise<string | undefined> {
  const hash = createHash(digest)
  try {
    // A part is not checked against the checksum.
    await mailbox.checkContent(message.blob)
    for await (const bytes of bytesOf(mailbox, message)) hash.update(bytes)
  } catch (thrown) {
    if (isRefusedFor('damaged', thrown)) return undefined
    throw thrown
  }
  return hash.digest('hex')
}

const LARGEST_UPLOAD = 150 * 1024 * 1024

/** `POST …/messages?folder=&received=&flags=`: one message as message/rfc822, or a batch; all of it or nothing. */
export function importRoute(deps: PortalDeps): Route {
  const route = importing(deps)
  return {
    ...route,
    async admit(request) {
      const admitted = await route.admit!(request)
      await refuseBeyondQuota(deps, admitted.caller as Caller, request)
      return admitted
    },
  }
}

/** One message that the quota does not allow is refused before it is read; a batch, before anything of it is stored. */
async function refuseBeyondQuota({ access }: PortalDeps, caller: Caller, request: HttpRequest): Promise<void> {
  const octets = Number(request.headers['content-length'] ?? 0)
  if (typeOf(request) === MESSAGE_BATCH || !(octets > 0)) return
  const { used, limits } = await (await access.administer(caller, request.params.mailbox!)).quota()
  if (used.octets + octets <= (limits.octets ?? Number.POSITIVE_INFINITY)) return
  refuse('over-quota', 'The mailbox is full')
}

const importing = (deps: PortalDeps): Route =>
  administratorRoute(
    deps,
    'POST /postern/v1/:tenant/mailboxes/:mailbox/messages',
    async (request, caller) => {
      const mailbox = await deps.access.administer(caller, request.params.mailbox!)
      const messages = sent(request).map(newMessage)
      const folder = await folderFor(mailbox, request.query.get('folder') ?? 'Inbox')
      const { uidValidity, uids } = await mailbox.append(folder.id, messages)
      return { status: 201, body: { folder: folder.path, uidValidity, uids } }
    },
    { bodyLimit: LARGEST_UPLOAD },
  )

const typeOf = ({ headers }: HttpRequest): string | undefined =>
  headers['content-type']?.split(';')[0]?.trim().toLowerCase()

function sent(request: HttpRequest): readonly SentMessage[] {
  const { query, body } = request
  if (typeOf(request) === MESSAGE_BATCH) return decodeBatch(body)
  const flags = query
    .get('flags')
    ?.split(',')
    .filter((name) => name !== '')
  return [{ bytes: body, received: query.get('received') ?? undefined, flags }]
}

/** A fault of the folder is not a fault of the messages: it has an error code of its own. */
async function folderFor(mailbox: Mailbox, path: string): Promise<Folder> {
  try {
    return (await mailbox.folder(path)) ?? (await mailbox.createFolder(path))
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown
    // Another upload may have made it meanwhile.
    const made = thrown.reason === 'already-exists' ? await mailbox.folder(path) : undefined
    return made ?? refuse(thrown.reason, thrown.message, { code: 'FolderRefused' })
  }
}

/** RFC 9051 §2.3.2 and the bits of domain/mail. */
const bits: Readonly<Record<string, number>> = {
  '\\seen': 1,
  '\\answered': 2,
  '\\flagged': 4,
  '\\deleted': 8,
  '\\draft': 16,
}
const MOST_KEYWORDS = 100

export const newMessage = ({ bytes, received, flags }: SentMessage): NewMessage => ({
  bytes,
  flags: flagsOf(flags ?? []),
  ...(received === undefined ? {} : { received: readDateTime(received) }),
})

function flagsOf(names: readonly string[]): Flags {
  const system = names.reduce((sum, name) => sum | (bits[name.toLowerCase()] ?? 0), 0)
  const keywords = names.filter((name) => bits[name.toLowerCase()] === undefined)
  // RFC 9051 §9, flag-keyword: an atom.
  const wrong = keywords.find((name) => !/^[^\s\x00-\x1f\x7f-\uffff(){%*"\\\]]{1,100}$/.test(name))
  if (wrong !== undefined) return refuse('bad-syntax', `'${wrong.slice(0, 60)}' is no flag.`)
  if (keywords.length > MOST_KEYWORDS) return refuse('too-big', 'A message has too many flags.')
  const unique = new Map(keywords.map((name) => [name.toLowerCase(), name]))
  return { system, keywords: [...unique.values()].sort() }
}

export const flagNames = ({ system, keywords }: Flags): string[] => [
  ...['\\Seen', '\\Answered', '\\Flagged', '\\Deleted', '\\Draft'].filter((name) => system & bits[name.toLowerCase()]!),
  ...keywords,
]
