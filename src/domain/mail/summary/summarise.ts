import { renderBody, renderBodyStructure, renderEnvelope } from '../../../codecs/imap/message-structure.ts'
import { PREVIEWED, previewPart, previewText } from '../../../codecs/imap/preview.ts'
import { type MailboxAddress, parseAddresses } from '../../../codecs/mime/address.ts'
import { parseDate } from '../../../codecs/mime/date.ts'
import { parseMessage } from '../../../codecs/mime/parse.ts'
import { hasAttachments } from '../../../codecs/mime/parts/message-parts.ts'
import { encodeStructure, type MimePart } from '../../../codecs/mime/structure.ts'
import { decodeWords } from '../../../codecs/mime/words.ts'
import type { Importance } from '../message-types.ts'
import { importanceIn } from './importance.ts'
import { referencesIn, type SortKeys, sortKeysOf } from '../sort/sort-keys.ts'

/** The data that are parsed from a message once, at delivery. */
export interface Summary {
  readonly lineOctets: number
  readonly envelope: Uint8Array
  readonly body: Uint8Array
  readonly bodyStructure: Uint8Array
  readonly structure: string
  /** The Date field, in milliseconds since the epoch. */
  readonly sentAt: number | null
  readonly subject: string | null
  readonly senderName: string | null
  readonly senderAddress: string | null
  readonly messageId: string | null
  readonly hasAttachments: boolean
  readonly importance: Importance
  readonly sortKeys: SortKeys
  /** RFC 8970: the beginning of its text; empty if it has no text. */
  readonly preview: string
}

/** The longest text of a column for lists and sorting. The message itself has the rest. */
const LONGEST = 1024

export function summarise(bytes: Uint8Array): Summary {
  const message = parseMessage(bytes)
  const { envelope, part, lineOctets } = message
  const sender = firstMailbox(envelope.from)
  return {
    lineOctets,
    envelope: renderEnvelope(message),
    body: renderBody(part),
    bodyStructure: renderBodyStructure(part),
    structure: encodeStructure(part),
    sentAt: parseDate(envelope.date ?? '')?.at ?? null,
    subject: column(envelope.subject),
    senderName: column(sender?.name),
    senderAddress: column(sender && addressOf(sender)),
    messageId: column(envelope.messageId),
    hasAttachments: hasAttachments(part),
    importance: importanceIn(bytes, message.headers),
    sortKeys: sortKeysOf(envelope, referencesIn(bytes, message.headers)),
    preview: previewOf(bytes, part),
  }
}

function previewOf(bytes: Uint8Array, root: MimePart): string {
  const part = previewPart(root)
  if (!part) return ''
  const octets = bytes.subarray(part.bodyStart, Math.min(part.end, part.bodyStart + PREVIEWED))
  return previewText(part, Buffer.from(octets.buffer, octets.byteOffset, octets.length)).replaceAll('\0', '')
}

function firstMailbox(list: string | undefined): MailboxAddress | undefined {
  for (const address of parseAddresses(list ?? '')) {
    const found = address.kind === 'group' ? address.members[0] : address
    if (found) return found
  }
  return undefined
}

const addressOf = ({ local, domain }: MailboxAddress): string | undefined =>
  local !== undefined && domain !== undefined ? `${local}@${domain}` : local

/** Decoded, shortened, and without characters that a database may reject. */
const column = (octets: string | undefined): string | null =>
  octets === undefined ? null : decodeWords(octets).replaceAll('\0', '').slice(0, LONGEST).toWellFormed()
