import type { Section } from '../../../codecs/imap/fetch-items.ts'
import type { Part } from '../../../codecs/mime/part.ts'

/** Where a section's octets lie in a message: `start` up to, but not including, `end`. */
export interface Place {
  readonly start: number
  readonly end: number
}

/**
 * RFC 3501 §6.4.5: the octets that a section names, the header's where only fields of it are asked for.
 * Undefined where there is no such part.
 */
export function placeOf(root: Part, { part, of }: Section): Place | undefined {
  if (part.length === 0) return of === 'everything' ? whole(root) : within(root, of)
  const found = partAt(root, part)
  if (!found) return undefined
  if (of === 'everything') return body(found)
  if (of === 'mime') return header(found)
  // HEADER and TEXT are a message's: the part must hold one.
  return found.message && within(found.message.part, of)
}

const within = (message: Part, of: Section['of']): Place => (of === 'text' ? body(message) : header(message))
const whole = ({ headerStart, end }: Part): Place => ({ start: headerStart, end })
const header = ({ headerStart, bodyStart }: Part): Place => ({ start: headerStart, end: bodyStart })
const body = ({ bodyStart, end }: Part): Place => ({ start: bodyStart, end })

/** The part that numbers name. */
export function partAt(root: Part, numbers: readonly number[]): Part | undefined {
  let holder = root
  let message = true
  for (const [index, number] of numbers.entries()) {
    if (index > 0 && !message && holder.message) {
      holder = holder.message.part
      message = true
    }
    // A message that is not a multipart has one part, its body.
    const child =
      holder.children.length > 0 ? holder.children[number - 1] : message && number === 1 ? holder : undefined
    if (!child) return undefined
    holder = child
    message = false
  }
  return holder
}
