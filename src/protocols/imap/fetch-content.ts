import type { ContentItem } from '../../codecs/imap/fetch-items.ts'
import { decodeStructure } from '../../codecs/mime/structure.ts'
import type { Mailbox, Message } from '../../domain/mail/types.ts'
import { pickFields } from './header-fields.ts'
import { type Place, placeOf } from './section-place.ts'

/** What is read before an answer is begun, over all items of a message; the rest is read as it is sent. */
const READ_FIRST = 64 * 1024
/** Fields of a header are looked for in so much of it, as at delivery. */
const LONGEST_HEADER = 4 * 1024 * 1024

/** The value of a content item. */
export type Value =
  | { readonly is: 'nil' }
  | { readonly is: 'octets'; readonly octets: Buffer }
  /** Octets that are too many to hold, and where they are. */
  | { readonly is: 'place'; readonly place: Place }
  /** Octets that have to be worked out, once there is room for them. */
  | { readonly is: 'later'; readonly read: () => Promise<Buffer> }

/** Reads what a message's content items ask for, as far as it is not too much. */
export async function contentOf(mailbox: Mailbox, message: Message, items: readonly ContentItem[]): Promise<Value[]> {
  const places = locate(message, items)
  const values: Value[] = []
  let room = READ_FIRST
  for (const [index, item] of items.entries()) {
    const value = valueOf(mailbox, message, item, places[index])
    const fits = value.is === 'place' ? value.place.end - value.place.start <= room : room > 0
    const now = fits ? await octetsOf(mailbox, message, value) : undefined
    if (now) room -= now.length
    values.push(now ? { is: 'octets', octets: now } : value)
  }
  return values
}

/** Undefined for what is not there. */
async function octetsOf(mailbox: Mailbox, message: Message, value: Value): Promise<Buffer | undefined> {
  if (value.is === 'later') return value.read()
  if (value.is !== 'place') return undefined
  const { start, end } = value.place
  return start < end ? mailbox.content(message.blob, start, end) : Buffer.alloc(0)
}

function valueOf(mailbox: Mailbox, message: Message, item: ContentItem, place: Place | undefined): Value {
  if (!place) return { is: 'nil' }
  const { of, fields } = item.section
  if (of !== 'fields' && of !== 'other fields') return { is: 'place', place: within(place, item) }
  const end = Math.min(place.end, place.start + LONGEST_HEADER)
  const read = async (): Promise<Buffer> => {
    const header = await mailbox.content(message.blob, place.start, end)
    return cut(pickFields(header, fields, of === 'other fields'), item)
  }
  return { is: 'later', read }
}

/** The structure is decoded only where it takes one to find the octets. */
function locate(message: Message, items: readonly ContentItem[]): (Place | undefined)[] {
  const whole: Place = { start: 0, end: message.octets }
  if (items.every(isWhole)) return items.map(() => whole)
  const root = decodeStructure(message.structure)
  return items.map((item) => (isWhole(item) ? whole : placeOf(root, item.section)))
}

const isWhole = ({ section }: ContentItem): boolean => section.of === 'everything' && section.part.length === 0

/** RFC 3501 §6.4.5: what lies beyond the end is empty, and what reaches beyond it is cut. */
function within({ start, end }: Place, { partial }: ContentItem): Place {
  if (!partial) return { start, end }
  const from = Math.min(start + partial.start, end)
  return { start: from, end: Math.min(from + partial.count, end) }
}

const cut = (octets: Buffer, { partial }: ContentItem): Buffer =>
  partial ? octets.subarray(partial.start, partial.start + partial.count) : octets
