import { dateOf, header } from './header.ts'
import { Random } from './random.ts'
import { base64Lines, htmlWriting, Pool, type Writing, writings } from './writing.ts'

/** Stands in the text of one message in fifty, encoded as that text is. */
export const BODY_MARK = 'quetzalfeather'

const MARK_CYCLE = 50
const MARKED = 7

/** How many of the first `count` messages have the mark in their text. */
export const markedBodies = (count: number): number => Math.ceil(Math.max(0, count - MARKED) / MARK_CYCLE)

/** Sizes in octets, lognormal. */
export interface CorpusProfile {
  readonly median: number
  readonly spread: number
  readonly least: number
  readonly most: number
  /** Whether messages have attachments and forwarded messages in them. */
  readonly parts: boolean
}

/** Like the mailbox of an office: half of it above 12 KB, a tail to 5 MB. */
export const mixed: CorpusProfile = { median: 12_288, spread: 1.3, least: 600, most: 5_000_000, parts: true }
/** Short texts, for folders of many messages. */
export const light: CorpusProfile = { median: 1500, spread: 0.6, least: 500, most: 6000, parts: false }

const LONGEST_TEXT = 60_000
const ATTACHMENTS = ['application/pdf', 'image/png', 'application/zip']

/** Mail that is the same for the same seed, message by message. */
export class Corpus {
  readonly #seed: number
  readonly #profile: CorpusProfile

  constructor(seed: number, profile: CorpusProfile) {
    this.#seed = seed
    this.#profile = profile
  }

  date(index: number): number {
    return dateOf(index)
  }

  /** The octets of a message, lines ended by CRLF. */
  message(index: number): Buffer {
    const random = new Random(Math.imul(this.#seed, 1_000_003) + index)
    const head = header(this.#seed, index, random)
    const room = Math.max(100, this.#size(random) - head.length)
    const draft: Draft = { random, index, room, mark: index % MARK_CYCLE === MARKED }
    return Buffer.concat([latin1(head), this.#content(draft)])
  }

  #size(random: Random): number {
    const { median, spread, least, most } = this.#profile
    return Math.min(most, Math.max(least, Math.round(median * Math.exp(spread * random.normal()))))
  }

  #content(draft: Draft): Buffer {
    const kind = draft.random.unit()
    if (kind < 0.34) return plain(draft)
    if (kind < 0.64 || !this.#profile.parts) return alternative(draft, draft.room)
    if (kind < 0.92) return withAttachments(draft)
    return forwarded(draft, header(this.#seed, draft.index + 1_000_000, draft.random))
  }
}

interface Draft {
  readonly random: Random
  readonly index: number
  /** Octets that the content should have. */
  readonly room: number
  readonly mark: boolean
}

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1')

const boundary = (draft: Draft, level: number): string => `=_${level}_${draft.index.toString(36)}`

const plain = (draft: Draft): Buffer =>
  textPart(draft, 'plain', someWriting(draft.random), Math.min(draft.room, LONGEST_TEXT))

function someWriting(random: Random): Writing {
  let left = random.unit()
  for (const { share, writing } of writings) if ((left -= share) < 0) return writing
  return writings[0]!.writing
}

function textPart(draft: Draft, subtype: 'plain' | 'html', writing: Writing, octets: number): Buffer {
  const { charset, encoding } = writing
  return Buffer.concat([
    latin1(`Content-Type: text/${subtype}; charset=${charset}\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n`),
    ...(subtype === 'html' ? [writing.line('<html><body><p>')] : []),
    ...(draft.mark && subtype === 'plain' ? [writing.line(`there it is, the ${BODY_MARK} of them all`)] : []),
    writing.text(draft.random, octets),
    ...(subtype === 'html' ? [writing.line('</p></body></html>')] : []),
  ])
}

function alternative(draft: Draft, octets: number): Buffer {
  const room = Math.min(octets, 2 * LONGEST_TEXT)
  return multipart('alternative', boundary(draft, 1), [
    textPart(draft, 'plain', someWriting(draft.random), room * 0.35),
    textPart(draft, 'html', htmlWriting, room * 0.65),
  ])
}

function withAttachments(draft: Draft): Buffer {
  const { random, index, room } = draft
  const text = Math.min(room * 0.2, LONGEST_TEXT / 3)
  const count = 1 + random.below(3)
  const name = random.chance(0.3) ? `filename*=utf-8''r%C3%A9sum%C3%A9-${index}.pdf` : `filename="report-${index}.pdf"`
  const attachments = ATTACHMENTS.slice(0, count).map((type, place) =>
    binaryPart(
      draft,
      `${type}; name="part${place}"`,
      `Content-Disposition: attachment; ${name}`,
      (room - text) / count,
    ),
  )
  return multipart('mixed', boundary(draft, 2), [alternative(draft, text), ...attachments])
}

/** A message in a message, which has an alternative and a picture related to it. */
function forwarded(draft: Draft, innerHeader: string): Buffer {
  const text = Math.min(draft.room * 0.2, LONGEST_TEXT / 3)
  const inner = multipart('related', boundary(draft, 3), [
    alternative({ ...draft, mark: false }, text),
    binaryPart(draft, 'image/jpeg', `Content-ID: <picture${draft.index}@example.org>`, draft.room - text),
  ])
  return multipart('mixed', boundary(draft, 4), [
    textPart(draft, 'plain', writings[0]!.writing, 200),
    Buffer.concat([latin1(`Content-Type: message/rfc822\r\nContent-Disposition: inline\r\n\r\n${innerHeader}`), inner]),
  ])
}

function binaryPart({ random }: Draft, type: string, field: string, octets: number): Buffer {
  const fields = `Content-Type: ${type}\r\n${field}\r\nContent-Transfer-Encoding: base64\r\n\r\n`
  return Buffer.concat([latin1(fields), binary().cut(random, octets)])
}

function multipart(subtype: string, mark: string, parts: readonly Buffer[]): Buffer {
  const type = `Content-Type: multipart/${subtype}; boundary="${mark}"\r\n\r\nThis message has several parts.\r\n`
  const pieces = parts.flatMap((part) => [latin1(`\r\n--${mark}\r\n`), part])
  return Buffer.concat([latin1(type), ...pieces, latin1(`\r\n--${mark}--\r\n`)])
}

let binaryPool: Pool | undefined

/** Data that cannot be compressed, in base64. */
function binary(): Pool {
  if (binaryPool) return binaryPool
  const random = new Random(0xb17e5)
  return (binaryPool = new Pool(base64Lines(Buffer.from(Array.from({ length: 570_000 }, () => random.below(256))))))
}
