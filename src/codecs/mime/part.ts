import type { Envelope } from './envelope.ts'

/** A parameter's name in lower case and its value without quotes. Values are octets, one character each, undecoded. */
export type Param = readonly [name: string, value: string]

/** RFC 2183: how a part wants to be shown. */
export interface Disposition {
  readonly type: string
  readonly params: readonly Param[]
}

/** What the Content-* fields of a part say, with the defaults of RFC 2045 filled in. */
export interface MimeContent {
  /** Lower case, as is `subtype`. */
  readonly type: string
  readonly subtype: string
  readonly params: readonly Param[]
  /** Content-ID as written, with its angle brackets. */
  readonly id: string | undefined
  readonly description: string | undefined
  /** Content-Transfer-Encoding in lower case. */
  readonly encoding: string
  readonly md5: string | undefined
  readonly disposition: Disposition | undefined
  readonly language: readonly string[]
  readonly location: string | undefined
}

/**
 * One entity of a message (RFC 2045 §2.4) and where it lies. Offsets count octets from the start of the message;
 * texts are octets, one character each, unfolded and undecoded.
 */
export interface MimePart extends MimeContent {
  readonly headerStart: number
  /** After the blank line that ends the header. */
  readonly bodyStart: number
  /** Exclusive; the line break before a delimiter belongs to the delimiter (RFC 2046 §5.1.1). */
  readonly end: number
  /** Line breaks in the body. */
  readonly lines: number
  /** Never empty for a multipart; empty for everything else. */
  readonly children: readonly MimePart[]
  /** The message inside a message/rfc822 that is not encoded. */
  readonly message: InnerMessage | undefined
}

export interface InnerMessage {
  readonly envelope: Envelope
  readonly part: MimePart
}

/** Whether the part holds parts rather than a body of its own. */
export const isMultipart = (part: MimePart): boolean => part.children.length > 0

/** Whether the part is declared to hold a message: RFC 2046 §5.2.1, RFC 6532 §3.7. */
export const isMessage = (content: MimeContent): boolean =>
  content.type === 'message' && (content.subtype === 'rfc822' || content.subtype === 'global')

/**
 * The part that an IMAP part number names (RFC 9051 §6.4.5.1), or undefined. The empty path is the whole message;
 * what is no multipart has one part 1, which is its body; a message/rfc822 is numbered by what it holds.
 */
export function locate(root: MimePart, path: readonly number[]): MimePart | undefined {
  let found = root
  let within: MimePart | undefined = root
  for (const number of path) {
    if (!within) return undefined
    const next: MimePart | undefined = isMultipart(within)
      ? within.children[number - 1]
      : number === 1
        ? within
        : undefined
    if (!next) return undefined
    found = next
    within = isMultipart(next) ? next : next.message?.part
  }
  return found
}
