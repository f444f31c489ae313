import { type HttpRequest, type Route, route } from '../../../core/http.ts'
import type { Uid } from '../../../core/ids.ts'
import { refuse } from '../../../core/refusal.ts'
import type { Folder, Mailbox, Message } from '../../../domain/mail/types.ts'
import { administratorOf } from '../administrator.ts'
import type { PortalDeps } from '../deps.ts'
import { writeDateTime } from '../../../codecs/portal/date-time.ts'
import { flagNames } from '../new-message.ts'

const PAGE = 500
const CHUNK = 256 * 1024

/** The folders of a mailbox, the messages of a folder, and the bytes of a message. */
export const exportRoutes = (deps: PortalDeps): readonly Route[] => [
  route('GET /postern/v1/:tenant/mailboxes/:mailbox/folders', async (request) => {
    const mailbox = await opened(deps, request)
    const value = (await mailbox.folders()).map(({ id, path, count, octets }) => ({ id, path, count, octets }))
    return { status: 200, body: { value: value.sort((a, b) => (a.path < b.path ? -1 : 1)) } }
  }),

  route('GET /postern/v1/:tenant/mailboxes/:mailbox/folders/:folder/messages', async (request) => {
    const mailbox = await opened(deps, request)
    const folder = await folderOf(mailbox, request)
    return { status: 200, body: { value: await page(mailbox, folder, numberOf(request.query.get('after') ?? '0')) } }
  }),

  route('GET /postern/v1/:tenant/mailboxes/:mailbox/folders/:folder/messages/:uid', async (request) => {
    const mailbox = await opened(deps, request)
    const folder = await folderOf(mailbox, request)
    const [message] = await mailbox.messages(folder.id, [numberOf(request.params.uid!) as Uid])
    if (!message) return refuse('no-such-thing', 'There is no such message.')
    return {
      status: 200,
      headers: { 'content-type': 'message/rfc822', 'content-length': String(message.octets) },
      body: bytesOf(mailbox, message),
    }
  }),
]

const opened = async (deps: PortalDeps, request: HttpRequest): Promise<Mailbox> =>
  deps.access.administer(await administratorOf(deps, request), request.params.mailbox!)

async function folderOf(mailbox: Mailbox, { params }: HttpRequest): Promise<Folder> {
  const id = numberOf(params.folder!)
  const found = (await mailbox.folders()).find((folder) => folder.id === id)
  return found ?? refuse('no-such-thing', 'There is no such folder.')
}

const numberOf = (text: string): number =>
  /^\d{1,15}$/.test(text) ? Number(text) : refuse('bad-syntax', `'${text.slice(0, 40)}' is no number.`)

/** The messages that follow a UID; an empty page is the end. */
async function page(mailbox: Mailbox, folder: Folder, after: number): Promise<object[]> {
  const open = await mailbox.open(folder.id)
  try {
    const { index } = open
    const first = index.rank((after + 1) as Uid)
    const last = Math.min(first + PAGE, index.count)
    const uids = Array.from({ length: Math.max(0, last - first) }, (_, at) => index.uidAt(first + at))
    const flags = new Map(uids.map((uid, at) => [uid, flagNames(index.flagsAt(first + at))]))
    return (await mailbox.messages(folder.id, uids)).map(({ uid, octets, received }) => ({
      uid,
      octets,
      received: writeDateTime(received),
      flags: flags.get(uid) ?? [],
    }))
  } finally {
    open.close()
  }
}

async function* bytesOf(mailbox: Mailbox, { blob, octets }: Message): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < octets; start += CHUNK) {
    yield await mailbox.content(blob, start, Math.min(start + CHUNK, octets))
  }
}
