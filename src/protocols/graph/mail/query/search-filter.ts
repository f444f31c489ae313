import type { ItemFilter } from '../../../../domain/mail/items/types.ts'

/** Translates `$search`: every word has to occur in the message. */
export function searchFilter(text: string): ItemFilter {
  const words = text.replaceAll('"', ' ').split(/\s+/).filter(Boolean)
  return { is: 'and', of: words.map((word) => ({ is: 'search', query: { key: 'text', text: word } })) }
}
