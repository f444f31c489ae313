import { fieldText, type HeaderField } from '../../../codecs/mime/header.ts'
import type { Importance } from '../message-types.ts'

/** Their places are the values of the column `importance`, in the order in which Graph sorts. */
export const importances: readonly Importance[] = ['low', 'normal', 'high']

/** The fields that tell the importance, the first of which has precedence, and what their values mean. */
const meanings: readonly (readonly [name: string, (value: string) => Importance | undefined])[] = [
  ['importance', (value) => (value === 'high' || value === 'low' || value === 'normal' ? value : undefined)],
  // 1 and 2 are high, 4 and 5 low; a comment may follow.
  ['x-priority', (value) => (/^[12]\b/.test(value) ? 'high' : /^[45]\b/.test(value) ? 'low' : undefined)],
  ['x-msmail-priority', (value) => (value === 'high' || value === 'low' ? value : undefined)],
  // RFC 2156 §5.3.6.
  ['priority', (value) => (value === 'urgent' ? 'high' : value === 'non-urgent' ? 'low' : undefined)],
]

/** RFC 2156 §5.3.4: the importance that the header of a message states. */
export function importanceIn(bytes: Uint8Array, fields: readonly HeaderField[]): Importance {
  for (const [name, meaning] of meanings) {
    const field = fields.find((each) => each.name.length === name.length && each.name.toLowerCase() === name)
    const found = field && meaning(fieldText(bytes, field).trim().toLowerCase())
    if (found) return found
  }
  return 'normal'
}
