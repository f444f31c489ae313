import type { ContentItem } from '../../codecs/imap/fetch-items.ts'
import { decodeStructure } from '../../codecs/mime/structure.ts'
import type { Mailbox, Message } from '../../domain/mail/types.ts'
import { pickFields } from './header-fields.ts'
import { type Place, placeOf } from './section-place.ts'

/** What is read before an answer is begun, over all items of a message; the rest is read as it is sent. */
const READ_FIRST = 64 * 1024

/** The value of a content item: nothing (NIL), octets, or where to read octets that are too many to hold. */
export type Value =
  | { readonly is: 'nil' }
  | { readonly is: 'octets'; readonly octets: Buffer }
  | { readonly is: 'place'; readonly place: Place }

/** Reads what a message's content items ask for. */
export async function contentOf(mailbox: Mailbox, message: Message, items: readonly ContentItem[]): Promise<Value[]> {
  const places = locate(message, items)
  const values: Value[] = []
  let room = READ_FIRST
  for (const [index, item] of items.entries()) {
    const value = await valueOf(mailbox, message, item, places[index], room)
    if (value.is === 'octets') room -= value.octets.length
    values.push(value)
  }
  return values
}

async function valueOf(
  mailbox: Mailbox,
  message: Message,
  item: ContentItem,
  place: Place | undefined,
  room: number,
): Promise<Value> {
  if (!place) return { is: 'nil' }
  const { of, fields } = item.section
  if (of === 'fields' || of === 'other fields') {
    const header = await mailbox.content(message.blob, place.start, place.end)
    return { is: 'octets', octets: cut(pickFields(header, fields, of === 'other fields'), item) }
  }
  const asked = within(place, item)
  if (asked.end - asked.start > room) return { is: 'place', place: asked }
  const octets = asked.end > asked.start ? await mailbox.content(message.blob, asked.start, asked.end) : Buffer.alloc(0)
  return { is: 'octets', octets }
}

/** The structure is decoded only where it takes one to find the octets. */
function locate(message: Message, items: readonly ContentItem[]): (Place | undefined)[] {
  if (items.every(isWhole)) return items.map(() => ({ start: 0, end: message.octets }))
  const root = decodeStructure(message.structure)
  return items.map((item) => (isWhole(item) ? { start: 0, end: message.octets } : placeOf(root, item.section)))
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
