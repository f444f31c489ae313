import { unicodeCasemap } from '../../../codecs/charset/unicode-casemap.ts'
import { baseSubject, readMessageIds } from '../../../codecs/imap/sort-and-thread.ts'
import { type Address, parseAddresses } from '../../../codecs/mime/address.ts'
import { parseDate } from '../../../codecs/mime/date.ts'
import { type Envelope, readEnvelope } from '../../../codecs/mime/envelope.ts'
import { fieldText, type HeaderField, readHeader } from '../../../codecs/mime/header.ts'
import { bodyStartIn } from '../../../codecs/mime/structure.ts'
import { decodeWords } from '../../../codecs/mime/words.ts'
import { yieldToEventLoop } from '../../../core/concurrency.ts'
import type { FolderId, MailboxId, Uid } from '../../../core/ids.ts'
import { ask, type BlobRef, type Engine, sql, type Statements } from '../../../storage/engine.ts'
import { portionsByOctets } from '../portions.ts'

/** The sort keys and links of a message. Texts are in the form in which they are compared (RFC 5256 §3). */
export interface SortKeys {
  /** The base subject. */
  readonly subject: string
  /** True if the subject marks a reply or a forwarded message. */
  readonly reply: boolean
  readonly from: string
  readonly to: string
  readonly cc: string
  readonly displayFrom: string
  readonly displayTo: string
  /** Empty if the message has no identifier. */
  readonly messageId: string
  /** The identifiers of the messages that it follows, the oldest first, separated by spaces. */
  readonly references: string
}

/** The octets of a field and the UTF-16 units of a text that count. */
const LONGEST_FIELD = 4096
const LONGEST_TEXT = 1024

/** The keys of a message with this envelope and this References field. */
export function sortKeysOf(envelope: Envelope, references: string | undefined): SortKeys {
  const subject = baseSubject(decodeWords((envelope.subject ?? '').slice(0, LONGEST_FIELD)))
  const [from, to, cc] = [envelope.from, envelope.to, envelope.cc].map(firstOf)
  return {
    subject: collated(subject.text),
    reply: subject.reply,
    from: collated(mailboxName(from)),
    to: collated(mailboxName(to)),
    cc: collated(mailboxName(cc)),
    displayFrom: collated(displayName(from)),
    displayTo: collated(displayName(to)),
    messageId: readMessageIds(envelope.messageId)[0] ?? '',
    references: (references === undefined ? [] : readMessageIds(references)).join(' ') || inReplyTo(envelope),
  }
}

/** The first References field. */
export function referencesIn(bytes: Uint8Array, fields: readonly HeaderField[]): string | undefined {
  const field = fields.find(({ name }) => name.length === 10 && name.toLowerCase() === 'references')
  return field && fieldText(bytes, field)
}

/** RFC 5256 §3 REFERENCES: only the first identifier of In-Reply-To counts. */
const inReplyTo = (envelope: Envelope): string => readMessageIds(envelope.inReplyTo)[0] ?? ''

const firstOf = (list: string | undefined): Address | undefined =>
  list === undefined ? undefined : parseAddresses(list.slice(0, LONGEST_FIELD))[0]

/** RFC 5256 §3 FROM: the `addr-mailbox` of the first address. For a group, that is its name. */
const mailboxName = (address: Address | undefined): string =>
  decodeWords((address?.kind === 'group' ? address.name : address?.local) ?? '')

/** RFC 5957 §3: the display name, or else the address. */
function displayName(address: Address | undefined): string {
  if (!address) return ''
  const name = decodeWords(address.name ?? '').trim()
  if (name !== '' || address.kind === 'group') return name
  return decodeWords(address.domain === undefined ? (address.local ?? '') : `${address.local ?? ''}@${address.domain}`)
}

/** Text in the compared form, without characters that a database may reject. */
const collated = (text: string): string => unicodeCasemap(text.slice(0, LONGEST_TEXT)).replaceAll('\0', '')

/** Messages whose headers are read before their keys are written. */
const BATCH = 64
/** Messages that one statement checks for missing keys. */
const PAGE = 4096
/** Octets of headers that are read at once. */
const TOGETHER = 8 * 1024 * 1024
const MOST_FIELDS = 10_000
const MOST_HEADER_OCTETS = 4 * 1024 * 1024

/** A message without keys. */
interface Bare {
  readonly id: number
  readonly blob: BlobRef
  readonly structure: string
}

/** The keys of a message, and the date in its header. */
type WrittenKeys = SortKeys & { readonly sentAt: number | null }

/**
 * Writes a message's keys, unless the message was deleted. RFC 5256 §2.2: without a sent date, the internal date is
 * used. Clients see whole seconds, so messages of the same second keep the order of their numbers.
 */
export function* insertSortKeys(message: number, keys: WrittenKeys): Statements<void> {
  yield* ask(
    sql`insert into mail_sort_key
          (message, arrival, date, size, subject, reply, sender, recipient, copied, display_from, display_to, message_id, refs)
        select id, received_at / 1000 * 1000, coalesce(${keys.sentAt}, received_at / 1000 * 1000), octets, ${keys.subject}, ${keys.reply ? 1 : 0},
          ${keys.from}, ${keys.to}, ${keys.cc}, ${keys.displayFrom}, ${keys.displayTo}, ${keys.messageId}, ${keys.references}
        from mail_message where id = ${message}
        on conflict (message) do nothing`,
  )
}

/** A folder, and the mailbox to which its messages belong. */
interface MessagesOwner {
  readonly mailbox: MailboxId
  readonly folder: FolderId
}

/** Writes the missing keys of a folder's messages from a UID on. Other work runs in between. */
export async function makeSortKeys(
  engine: Engine,
  { mailbox, folder }: MessagesOwner,
  from: Uid,
  signal?: AbortSignal,
): Promise<void> {
  for (let start: number = from; ;) {
    const page = await engine.sql.first<{ last: Uid | null }>(
      sql`select max(uid) as last from
            (select uid from mail_state where folder = ${folder} and uid >= ${start} order by uid limit ${PAGE})`,
    )
    if (!page || page.last === null) return
    await makeWithin(engine, { mailbox, folder }, [start, page.last], signal)
    start = page.last + 1
    await yieldToEventLoop()
  }
}

async function makeWithin(
  engine: Engine,
  { mailbox, folder }: MessagesOwner,
  [first, last]: readonly [number, number],
  signal: AbortSignal | undefined,
): Promise<void> {
  for (;;) {
    signal?.throwIfAborted()
    const bare = await engine.sql.all<Bare>(
      sql`select m.id, m.blob, m.structure from mail_state s join mail_message m on m.id = s.message
          where s.folder = ${folder} and s.uid between ${first} and ${last}
            and not exists (select 1 from mail_sort_key k where k.message = s.message)
          order by s.uid limit ${BATCH}`,
    )
    if (bare.length === 0) return
    const made: WrittenKeys[] = []
    for (const some of portionsByOctets(bare, headerOctets, TOGETHER)) {
      made.push(...(await Promise.all(some.map((message) => readKeys(engine, message)))))
    }
    await engine.sql.write(
      function* () {
        for (const [nth, keys] of made.entries()) yield* insertSortKeys(bare[nth]!.id, keys)
      },
      [mailbox],
    )
  }
}

const headerOctets = ({ structure }: Pick<Bare, 'structure'>): number =>
  Math.min(bodyStartIn(structure), MOST_HEADER_OCTETS)

async function readKeys({ blobs }: Engine, { blob, structure }: Bare): Promise<WrittenKeys> {
  const bytes = await blobs.read(blob, 0, headerOctets({ structure }))
  const fields = readHeader(bytes, 0, bytes.length, MOST_FIELDS)
  const envelope = readEnvelope(bytes, fields)
  const sentAt = parseDate(envelope.date ?? '')?.at ?? null
  return { ...sortKeysOf(envelope, referencesIn(bytes, fields)), sentAt }
}
