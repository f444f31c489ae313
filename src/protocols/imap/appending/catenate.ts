import { type MessageUrl, readMessageUrl } from '../../../codecs/imap/url.ts'
import { refuse } from '../../../core/refusal.ts'
import type { Folder, Mailbox, NewMessage } from '../../../domain/mail/types.ts'
import { type UrlContent, findUrlContent } from '../urls/authorised-url.ts'
import { messageOf, type CatenatePart, type CatenateMessage } from './new-message.ts'
import type { SelectedFolder, ClientConnection, AppendBudget } from '../conversation/session-contracts.ts'

type CatenateSession = ClientConnection & SelectedFolder & AppendBudget

/** Maximum length of a URL in BADURL. */
const LONGEST_URL = 500

/** RFC 4469 §3: assembles CATENATE messages, then calls `use` with all messages. */
export async function catenated<T>(
  session: CatenateSession,
  mailbox: Mailbox,
  messages: readonly (NewMessage | CatenateMessage)[],
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
    // A client can repeat a URL at no cost, so the total is limited.
    if (octets > Math.max(message_octets, literal_budget_octets / 4))
      refuse('too-big', 'The messages are too large together')
  }
  const release = await session.receiving.share(octets, session.chargedTo, session.wire.closed)
  if (!release) refuse('busy', 'Too many uploads at the moment; send fewer messages at a time')
  try {
    const whole: NewMessage[] = []
    for (const draft of drafts) whole.push('bytes' in draft ? draft : await joined(draft, message_octets))
    return await use(whole)
  } finally {
    release()
  }
}

/** A message whose pieces are known. */
interface Draft extends Omit<NewMessage, 'bytes'> {
  readonly pieces: readonly (Buffer | UrlContent)[]
  readonly most: number
}

const isWhole = (message: NewMessage | CatenateMessage): message is NewMessage => 'bytes' in message

async function draftOf(
  session: CatenateSession,
  mailbox: Mailbox,
  { pieces, ...about }: CatenateMessage,
): Promise<Draft> {
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

/** RFC 4469 §3: only relative URLs, from the root of this mailbox or from the selected folder. */
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
  // RFC 3986 §5.2.3: relative to the parent of the selected folder.
  const above = url.rooted ? '' : (selected?.folder.path.replace(/[^/]*$/, '') ?? '')
  return mailbox.folder(above + url.folder)
}

/** RFC 4469 §4.1. Characters that are not allowed in a response code are percent-encoded. */
function badUrl(text: string): never {
  const shown = text.slice(0, LONGEST_URL).replace(/[^!#-[^-~]/g, (octet) => escape(octet))
  return refuse('no-such-thing', 'The URL does not name a message', { code: `BADURL "${shown}"` })
}

const escape = (octet: string): string => `%${octet.charCodeAt(0).toString(16).padStart(2, '0').toUpperCase()}`
