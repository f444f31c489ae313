import { type MessageUrl, readMessageUrl } from '../../../codecs/imap/url.ts'
import { refuse } from '../../../core/refusal.ts'
import type { Folder, Mailbox, NewMessage } from '../../../domain/mail/types.ts'
import { type UrlContent, findUrlContent } from '../urls/url-content.ts'
import { messageOf, type CatenatePart, type Pieces } from './new-message.ts'
import type { SelectedFolder, ClientConnection, UploadBudget } from '../conversation/session-contracts.ts'

type CatenateSession = ClientConnection & SelectedFolder & UploadBudget

/** So much of a URL that leads nowhere is told. */
const LONGEST_URL = 500

/** RFC 4469 §3: makes use of messages, once those that came in pieces are put together. */
export async function catenated<T>(
  session: CatenateSession,
  mailbox: Mailbox,
  messages: readonly (NewMessage | Pieces)[],
  use: (whole: readonly NewMessage[]) => Promise<T>,
): Promise<T> {
  if (messages.every(isWhole)) return use(messages)
  const { message_octets, literal_budget_octets } = session.deps.settings
  const drafts: (NewMessage | Draft)[] = []
  let octets = 0
  for (const message of messages) {
    const draft = isWhole(message) ? message : await draftOf(session, mailbox, message)
    drafts.push(draft)
    octets += 'bytes' in draft ? 0 : draft.most
    // A URL costs the client nothing, however often it names the same message.
    if (octets > Math.max(message_octets, literal_budget_octets / 4)) refuse('too-big', 'That is too much at once')
  }
  const release = await session.receiving.share(octets, session.chargedTo, session.wire.closed)
  if (!release) refuse('busy', 'Too much is being sent at the moment; send fewer messages at a time')
  try {
    const whole: NewMessage[] = []
    for (const draft of drafts) whole.push('bytes' in draft ? draft : await joined(draft, message_octets))
    return await use(whole)
  } finally {
    release()
  }
}

/** A message of which it is known what it will be made of. */
interface Draft extends Omit<NewMessage, 'bytes'> {
  readonly pieces: readonly (Buffer | UrlContent)[]
  readonly most: number
}

const isWhole = (message: NewMessage | Pieces): message is NewMessage => 'bytes' in message

async function draftOf(session: CatenateSession, mailbox: Mailbox, { pieces, ...about }: Pieces): Promise<Draft> {
  const found: (Buffer | UrlContent)[] = []
  let most = 0
  for (const piece of pieces) {
    const next = 'octets' in piece ? piece.octets : await behind(session, mailbox, piece)
    found.push(next)
    most += Buffer.isBuffer(next) ? next.length : next.most
    // RFC 4469 §4.2
    if (most > session.deps.settings.message_octets) refuse('too-big', 'The message would be too large')
  }
  return { ...about, pieces: found, most }
}

async function joined({ pieces, flags, received }: Draft, most: number): Promise<NewMessage> {
  const octets: Buffer[] = []
  for (const piece of pieces) octets.push(Buffer.isBuffer(piece) ? piece : await piece.read())
  const bytes = messageOf(Buffer.concat(octets), most)
  return received ? { bytes, flags, received } : { bytes, flags }
}

/** RFC 4469 §3: only URLs that count from the root of this mailbox, or from the selected folder. */
async function behind(
  session: CatenateSession,
  mailbox: Mailbox,
  { url: text }: CatenatePart & { url: string },
): Promise<UrlContent> {
  const url = readMessageUrl(text)
  const folder = url && !url.server && !url.access ? await folderOf(session, mailbox, url) : undefined
  return (folder && url && (await findUrlContent(mailbox, url, folder))) ?? badUrl(text)
}

async function folderOf({ selected }: SelectedFolder, mailbox: Mailbox, url: MessageUrl): Promise<Folder | undefined> {
  if (url.folder === undefined) return selected?.folder
  // RFC 3986 §5.2.3: beside the selected folder, where one is.
  const above = url.rooted ? '' : (selected?.folder.path.replace(/[^/]*$/, '') ?? '')
  return mailbox.folder(above + url.folder)
}

/** RFC 4469 §4.1; what cannot stand in a response code stands behind a percent sign. */
function badUrl(text: string): never {
  const told = text.slice(0, LONGEST_URL).replace(/[^!#-[^-~]/g, (octet) => escape(octet))
  return refuse('no-such-thing', 'The URL leads to no message', { code: `BADURL "${told}"` })
}

const escape = (octet: string): string => `%${octet.charCodeAt(0).toString(16).padStart(2, '0').toUpperCase()}`
