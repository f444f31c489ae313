import type { ContentItem, FetchItem, Partial, PlainItem } from '../../../codecs/imap/fetch-items.ts'
import { decodeStructure, isMultipart, type MimePart } from '../../../codecs/mime/structure.ts'
import { decodeTransfer, startTransfer } from '../../../codecs/mime/transfer.ts'
import { yieldToEventLoop } from '../../../core/concurrency.ts'
import type { Uid } from '../../../core/ids.ts'
import { isRefusedFor, refuse } from '../../../core/refusal.ts'
import type {
  ContentPiece,
  LentMemory,
  Mailbox,
  Message,
  MetadataChunk,
  MetadataPart,
} from '../../../domain/mail/types.ts'
import { type OctetRange, partAt, pickFields, sectionRange } from './section.ts'

/** The stored octets of a part, and the functions that decode them. */
interface Encoded {
  readonly range: OctetRange
  /** Decodes a small part at once. */
  readonly decode: (octets: Buffer) => Buffer
  /** Decodes a large part piece by piece. */
  readonly decodeSlowly: (pieces: AsyncIterable<Buffer>) => Promise<readonly Buffer[]>
}

/**
 * Octets that are read before the response to a message begins, over all its items. The rest is read while it is sent.
 */
const READ_FIRST = 256 * 1024
/** Up to this number, pieces are read in parallel. */
const FEW = 8
/** Values that are prepared between two turns of the event loop. */
const VALUES = 4096
/** Header fields are searched for in this many octets, as at delivery. */
const LONGEST_HEADER = 4 * 1024 * 1024

/** The value of a content item. A `range` is too large to hold in memory. */
export type FetchedValue =
  | { readonly is: 'nil' }
  | { readonly is: 'octets'; readonly octets: Buffer }
  | { readonly is: 'range'; readonly range: OctetRange }
  /** Octets that have to be decoded when there is memory for them, in several pieces. */
  | { readonly is: 'later'; readonly read: () => Promise<readonly Buffer[]> }

/** A message and the values of its content items, in order. */
export type FetchedContent = readonly [message: FetchedMessage, values: readonly FetchedValue[]]

/** A read that a value needs. */
interface ContentRequest {
  readonly is: 'request'
  readonly range: OctetRange
  readonly picked: (octets: Buffer) => Buffer
}

interface Draft {
  readonly message: FetchedMessage
  readonly values: readonly (FetchedValue | ContentRequest)[]
}

/**
 * Reads the values of content items, except those that are too large. Yields the messages in order, some at a time:
 * adjacent messages are read together, and the next ones while these are used. With `lent` memory, the values are valid
 * until the next step. `damaged` is called for each message that cannot be read; it gets no response.
 */
export async function* contentsOf(
  mailbox: Mailbox,
  messages: readonly FetchedMessage[],
  items: readonly ContentItem[],
  { lent: leased, damaged }: { lent: LentMemory | undefined; damaged: (message: FetchedMessage) => void },
): AsyncGenerator<readonly FetchedContent[]> {
  const step = Math.max(1, Math.floor(VALUES / items.length))
  for (let at = 0; at < messages.length; at += step) {
    if (at > 0) await yieldToEventLoop()
    const drafts: Draft[] = []
    for (const message of messages.slice(at, at + step)) {
      const draft = draftOf(mailbox, message, items)
      if (!isSentInParts(draft) || (await isReadable(mailbox, draft))) drafts.push(draft)
      else damaged(message)
    }
    for (let next = 0; next < drafts.length;) {
      try {
        for await (const answers of contentsOfFew(mailbox, drafts.slice(next), leased)) {
          next += answers.length
          yield answers
        }
      } catch (thrown) {
        // The messages before it were yielded, so it is the next one.
        if (!isRefusedFor('damaged', thrown)) throw thrown
        damaged(drafts[next++]!.message)
      }
    }
  }
}

/** Whether the response begins before all of it is read. A small part of a large message is read separately. */
function isSentInParts({ message, values }: Draft): boolean {
  const sent = values.reduce((sum, it) => sum + (it.is === 'range' ? it.range.end - it.range.start : 0), 0)
  return (sent > 0 && sent >= message.octets / 2) || values.some(({ is }) => is === 'later')
}

/** Whether the content is undamaged. A response that has begun can no longer be refused. */
async function isReadable(mailbox: Mailbox, { message }: Draft): Promise<boolean> {
  try {
    await mailbox.checkContent(message.blob)
    return true
  } catch (thrown) {
    if (isRefusedFor('damaged', thrown)) return false
    throw thrown
  }
}

async function* contentsOfFew(
  mailbox: Mailbox,
  drafts: readonly Draft[],
  leased: LentMemory | undefined,
): AsyncGenerator<readonly FetchedContent[]> {
  const pieces = drafts.flatMap(piecesOf)
  if (!leased && pieces.length <= FEW) {
    const read = await readTogether(mailbox, pieces)
    if (read) {
      yield drafts.map((draft) => filled(draft, read))
      return
    }
  }
  const read: Buffer[] = []
  let next = 0
  for await (const octets of mailbox.contents(pieces, leased)) {
    for (const each of octets) read.push(each)
    const answers: FetchedContent[] = []
    while (next < drafts.length && requestCount(drafts[next]!) <= read.length)
      answers.push(filled(drafts[next++]!, read))
    yield answers
    // These belong to a message that is not complete yet, and the memory will be reused.
    if (leased) for (const [at, octets] of read.entries()) read[at] = Buffer.from(octets)
  }
  // The last messages may need no reads.
  yield drafts.slice(next).map((draft) => filled(draft, read))
}

/** Undefined if one of the pieces is damaged. */
async function readTogether(mailbox: Mailbox, pieces: readonly ContentPiece[]): Promise<Buffer[] | undefined> {
  try {
    return await Promise.all(pieces.map(({ blob, start, end }) => mailbox.content(blob, start, end)))
  } catch (thrown) {
    if (isRefusedFor('damaged', thrown)) return undefined
    throw thrown
  }
}

const isRequest = (value: FetchedValue | ContentRequest): value is ContentRequest => value.is === 'request'
const requestCount = ({ values }: Draft): number => values.reduce((sum, value) => (isRequest(value) ? sum + 1 : sum), 0)
const piecesOf = ({ message: { blob }, values }: Draft): ContentPiece[] =>
  values.filter(isRequest).map(({ range: { start, end } }) => ({ blob, start, end }))

/** Fills in the values from the front of the read octets. */
const filled = ({ message, values }: Draft, read: Buffer[]): FetchedContent => [
  message,
  values.map((value) => (isRequest(value) ? { is: 'octets', octets: value.picked(read.shift()!) } : value)),
]

function draftOf(mailbox: Mailbox, message: FetchedMessage, items: readonly ContentItem[]): Draft {
  const ranges = locate(message, items)
  let room = READ_FIRST
  const values = items.map((item, index) => {
    const value = valueOf(mailbox, message, item, ranges[index])
    if (value.is !== 'request') return value
    const octets = value.range.end - value.range.start
    if (octets > room) return value.otherwise
    room -= octets
    return octets > 0 ? value : ({ is: 'octets', octets: value.picked(nothing) } as const)
  })
  return { message, values }
}

const nothing = Buffer.alloc(0)

function valueOf(
  mailbox: Mailbox,
  message: FetchedMessage,
  item: ContentItem,
  located: Located | undefined,
): FetchedValue | (ContentRequest & { readonly otherwise: FetchedValue }) {
  if (!located) return item.binary === 'size' ? { is: 'octets', octets: nothing } : { is: 'nil' }
  if ('decode' in located) {
    const { range, decode, decodeSlowly } = located
    const read = () => decodeSlowly(pieceByPiece(mailbox, message, range))
    return { is: 'request', range, picked: decode, otherwise: { is: 'later', read } }
  }
  const { of, fields } = item.section
  if (item.binary === 'size') return { is: 'range', range: located }
  const range = located
  if (of !== 'fields' && of !== 'other fields') {
    const cut = within(range, item)
    return { is: 'request', range: cut, picked: asItIs, otherwise: { is: 'range', range: cut } }
  }
  const header = { start: range.start, end: Math.min(range.end, range.start + LONGEST_HEADER) }
  const picked = (octets: Buffer): Buffer => cut(pickFields(octets, fields, of === 'other fields'), item)
  const read = async () => [picked(await mailbox.content(message.blob, header.start, header.end))]
  return { is: 'request', range: header, picked, otherwise: { is: 'later', read } }
}

async function* pieceByPiece(
  mailbox: Mailbox,
  { blob }: FetchedMessage,
  { start, end }: OctetRange,
): AsyncGenerator<Buffer> {
  for (let at = start; at < end; at += READ_FIRST) yield await mailbox.content(blob, at, Math.min(at + READ_FIRST, end))
}

const asItIs = (octets: Buffer): Buffer => octets

/** The octets of an item. Only items of parts need the decoded structure. */
type Located = OctetRange | Encoded

function locate(message: FetchedMessage, items: readonly ContentItem[]): (Located | undefined)[] {
  const all: OctetRange = { start: 0, end: message.octets }
  if (items.every(isWhole)) return items.map(() => all)
  const root = decodeStructure(message.structure)
  return items.map((item) => {
    if (isWhole(item)) return all
    return item.binary ? encodedPart(root, item) : sectionRange(root, item.section)
  })
}

const isWhole = ({ section }: ContentItem): boolean => section.of === 'everything' && section.part.length === 0

/** RFC 3501 §6.4.5: a partial range is cut at the end; one beyond the end is empty. */
function within({ start, end }: OctetRange, { partial }: ContentItem): OctetRange {
  if (!partial) return { start, end }
  const from = Math.min(start + partial.start, end)
  return { start: from, end: Math.min(from + partial.count, end) }
}

const cut = (octets: Buffer, { partial }: ContentItem): Buffer =>
  partial ? octets.subarray(partial.start, partial.start + partial.count) : octets

/**
 * RFC 3516 §4.2: the part of a BINARY item; undefined if it does not exist. Refuses `unsupported` for an unknown
 * encoding.
 */
function encodedPart(root: MimePart, { section, partial, binary }: ContentItem): Encoded | undefined {
  const part = partAt(root, section.part)
  if (!part) return undefined
  // RFC 2045 §6.4: a multipart is not encoded itself.
  const encoding = isMultipart(part) ? 'binary' : part.encoding
  if (!startTransfer(encoding)) refuse('unsupported', 'The part has an unknown encoding', { code: 'UNKNOWN-CTE' })
  const requested = partial && binary === 'octets' ? partial : { start: 0, count: Infinity }
  return {
    range: { start: part.bodyStart, end: part.end },
    decode: (octets) => decodeTransfer(octets, encoding)!.subarray(requested.start, requested.start + requested.count),
    decodeSlowly: (pieces) => decodedSlowly(pieces, encoding, requested),
  }
}

/** Decodes a part and keeps only the requested octets. Other work runs between the pieces. */
async function decodedSlowly(
  pieces: AsyncIterable<Buffer>,
  encoding: string,
  { start, count }: Partial,
): Promise<readonly Buffer[]> {
  const decoding = startTransfer(encoding)!
  const result: Buffer[] = []
  let position = 0
  const keep = (decoded: Buffer): void => {
    const piece = decoded.subarray(Math.max(0, start - position), Math.max(0, start + count - position))
    if (piece.length > 0) result.push(piece)
    position += decoded.length
  }
  for await (const piece of pieces) {
    keep(decoding.write(piece))
    await yieldToEventLoop()
  }
  keep(decoding.end())
  return result
}

/** The metadata that an item is copied from; undefined if the index has it, or if every chunk has it. */
export const partOf: Readonly<Record<PlainItem, MetadataPart | undefined>> = {
  UID: undefined,
  FLAGS: undefined,
  MODSEQ: undefined,
  'RFC822.SIZE': undefined,
  INTERNALDATE: 'internalDate',
  ENVELOPE: 'envelope',
  BODY: 'body',
  BODYSTRUCTURE: 'bodyStructure',
  EMAILID: 'emailId',
  THREADID: 'threadId',
  SAVEDATE: undefined,
  PREVIEW: 'preview',
}

/** The metadata that these items require. */
export function partsOf(items: readonly FetchItem[]): readonly MetadataPart[] {
  const parts = new Set<MetadataPart>()
  for (const item of items) {
    const part = item.item === 'content' ? 'blob' : partOf[item.item]
    if (part) parts.add(part)
    if (item.item === 'content' && (item.section.of !== 'everything' || item.section.part.length > 0)) {
      parts.add('structure')
    }
  }
  return [...parts]
}

/** A message whose content is requested. It reads from its metadata chunk without a copy. */
export class FetchedMessage {
  readonly uid: Uid
  readonly #chunk: MetadataChunk

  constructor(chunk: MetadataChunk, uid: Uid) {
    this.uid = uid
    this.#chunk = chunk
  }

  get octets(): number {
    return this.#chunk.octets(this.uid)
  }

  get blob(): Message['blob'] {
    return this.#chunk.text('blob', this.uid) as Message['blob']
  }

  /** Offsets of every part. */
  get structure(): string {
    return this.#chunk.text('structure', this.uid)
  }
}
