import { createHash } from 'node:crypto'
import type { Caller } from '../../../access/types.ts'
import type { HttpRequest, Route } from '../../../core/http.ts'
import type { Uid } from '../../../core/ids.ts'
import { isRefusedFor, refuse } from '../../../core/refusal.ts'
import type { Folder, Mailbox, Message } from '../../../domain/mail/types.ts'
import { administratorRoute } from '../administrator.ts'
import type { PortalDeps } from '../deps.ts'
import { writeDateTime } from '../../../codecs/portal/message-batch.ts'
import { flagNames } from '../new-message.ts'

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
