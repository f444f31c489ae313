import type { ItemBody } from '@microsoft/microsoft-graph-types'
import { LONGEST_PREVIEW, PREVIEWED, previewText } from '../../../../codecs/imap/preview.ts'
import { type MessageParts, messageParts } from '../../../../codecs/mime/parts/message-parts.ts'
import { textOfBody, textOfPart } from '../../../../codecs/mime/parts/text-of-part.ts'
import type { MimePart } from '../../../../codecs/mime/structure.ts'
import { type BodyOptions, bodyFrom, partOfBody, type StoredBody } from './message-body.ts'
import {
  addressingOfEnvelope,
  addressingOfHeader,
  type HeaderContent,
  headerContent,
  headerText,
  type MessageAddressing,
} from './message-header.ts'
import { type Meeting, meetingOf } from './meeting.ts'

/** A range of octets of the stored message; the end is exclusive. */
export interface StoredRange {
  readonly start: number
  readonly end: number
}

/** A stored message, of which only the necessary octets are read. */
export interface MessageSource {
  /** The root part; that of a message inside for an attached message. */
  readonly structure: MimePart
  /** The ENVELOPE as the store keeps it; without it the header is read. */
  readonly envelope?: Uint8Array | undefined
  /** The PREVIEW of RFC 8970 as the store keeps it. */
  readonly preview?: string | undefined
  readonly read: (range: StoredRange) => Promise<Buffer>
}

/** The content to read in addition to the addressing. */
export interface ContentOptions extends BodyOptions {
  readonly header: boolean
  readonly body: boolean
  readonly preview: boolean
}

export interface MessageContent extends MessageAddressing {
  readonly parts: MessageParts
  readonly meeting: Meeting | undefined
  readonly header: HeaderContent | undefined
  /** PidTagTransportMessageHeaders; only with `header`. */
  readonly headerText: string | undefined
  readonly body: ItemBody | undefined
  readonly uniqueBody: ItemBody | undefined
  readonly preview: string | undefined
}

/** docs/reference/graph-mail.md §2.1: the length of `bodyPreview`. */
const PREVIEW_LENGTH = 255
/** Octets of a header that are read. */
const LONGEST_HEADER = 1024 * 1024
/** Octets of a text that `body` shows; `$value` shows all. */
export const LONGEST_BODY = 4 * 1024 * 1024
const LONGEST_CALENDAR = 64 * 1024
/** Ranges that are not further apart are read together. */
const NEAR = 8 * 1024

/** The options that the properties of an answer need. */
export const contentOptions = (properties: ReadonlySet<string>, body: BodyOptions): ContentOptions => ({
  ...body,
  header: headerProperties.some((name) => properties.has(name)),
  body: properties.has('body') || properties.has('uniqueBody'),
  preview: properties.has('bodyPreview'),
})

const headerProperties = [
  'isDeliveryReceiptRequested',
  'isReadReceiptRequested',
  'conversationIndex',
  'internetMessageHeaders',
]

/** The octets that {@link readContent} reads, so that a list can read those of many messages together. */
export function contentRanges(source: Omit<MessageSource, 'read'>, options: ContentOptions): readonly StoredRange[] {
  const wanted = wantedRanges(source, options, messageParts(source.structure))
  const ranges = [wanted.header, wanted.body, wanted.preview, wanted.calendar].filter((it) => it !== undefined)
  const joined: StoredRange[] = []
  for (const range of ranges.sort((a, b) => a.start - b.start)) {
    const last = joined.at(-1)
    if (last === undefined || range.start - last.end > NEAR) joined.push(range)
    else joined[joined.length - 1] = { start: last.start, end: Math.max(last.end, range.end) }
  }
  return joined
}

/** Reads what the options ask for. */
export async function readContent(source: MessageSource, options: ContentOptions): Promise<MessageContent> {
  const parts = messageParts(source.structure)
  const wanted = wantedRanges(source, options, parts)
  const ranges = contentRanges(source, options)
  const pieces = await Promise.all(ranges.map((range) => source.read(range)))
  const octets = (range: StoredRange | undefined): Buffer | undefined => {
    const index = ranges.findIndex((it) => range !== undefined && it.start <= range.start && range.end <= it.end)
    return pieces[index]?.subarray(range!.start - ranges[index]!.start, range!.end - ranges[index]!.start)
  }
  const header = octets(wanted.header)
  const stored = storedBody(source.structure, parts, octets(wanted.body), options)
  const calendar = octets(wanted.calendar)
  return {
    ...(header ? addressingOfHeader(header) : addressingOfEnvelope(source.envelope!)),
    parts,
    meeting: meetingOf(parts.calendar, calendar && parts.calendar && textOfPart(parts.calendar, calendar)),
    header: header && options.header ? headerContent(header) : undefined,
    headerText: header && options.header ? headerText(header) : undefined,
    body: stored && bodyFrom(stored, options),
    uniqueBody: stored && bodyFrom(stored, { ...options, unique: true }),
    preview: options.preview ? previewOf(source, parts, octets(wanted.preview)) : undefined,
  }
}

interface WantedRanges {
  readonly header: StoredRange | undefined
  readonly body: StoredRange | undefined
  readonly preview: StoredRange | undefined
  readonly calendar: StoredRange | undefined
}

function wantedRanges(
  { structure, envelope, preview }: Omit<MessageSource, 'read'>,
  options: ContentOptions,
  parts: MessageParts,
): WantedRanges {
  const { headerStart, bodyStart } = structure
  const body = partOfBody(parts, options.type)
  const previewed = parts.text ?? parts.html
  return {
    header:
      options.header || envelope === undefined
        ? { start: headerStart, end: Math.min(bodyStart, headerStart + LONGEST_HEADER) }
        : undefined,
    body: options.body && body ? startOf(body, LONGEST_BODY) : undefined,
    preview: options.preview && previewed && !isComplete(preview) ? startOf(previewed, PREVIEWED) : undefined,
    // The kind of an answer to an invitation is only in the calendar.
    calendar: options.body && parts.calendar ? startOf(parts.calendar, LONGEST_CALENDAR) : undefined,
  }
}

const startOf = ({ bodyStart, end }: MimePart, most: number): StoredRange => ({
  start: bodyStart,
  end: Math.min(end, bodyStart + most),
})

/** A stored preview that is shorter than it may be is the complete text. */
const isComplete = (preview: string | undefined): preview is string =>
  preview !== undefined && preview.length < LONGEST_PREVIEW

function storedBody(
  root: MimePart,
  parts: MessageParts,
  octets: Buffer | undefined,
  { body, type }: ContentOptions,
): StoredBody | undefined {
  if (!body) return undefined
  const part = partOfBody(parts, type)
  if (!part || !octets) return { contentType: 'text', content: '' }
  return { contentType: part.subtype === 'html' ? 'html' : 'text', content: textOfBody(root, part, octets) }
}

function previewOf({ preview }: MessageSource, { text, html }: MessageParts, octets: Buffer | undefined): string {
  if (octets === undefined) return preview ?? ''
  return previewText((text ?? html)!, octets, PREVIEW_LENGTH)
}
