/** Characters of a category that its keyword has too. RFC 9051 §9 allows more in an atom; `=` begins an escape. */
const plain = /[!#&'+,\-.0-9:;<>?@A-Z[^_`a-z|}~/]/

/** Keywords that begin so have a meaning in IMAP and are no categories. */
const isReserved = (keyword: string): boolean => /^[$\\]/.test(keyword)

/** The keyword of a category: every other octet of its UTF-8 form is written as `=XX`. */
export const keywordOfCategory = (category: string): string =>
  Array.from(Buffer.from(category), (octet) => {
    const character = String.fromCharCode(octet)
    return octet < 0x80 && plain.test(character) ? character : `=${octet.toString(16).toUpperCase().padStart(2, '0')}`
  }).join('')

/** The category of a keyword; undefined if it has another meaning. */
export function categoryOfKeyword(keyword: string): string | undefined {
  if (isReserved(keyword)) return undefined
  if (!keyword.includes('=')) return keyword
  const octets = keyword.replaceAll(/=([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
  const category = Buffer.from(octets, 'latin1').toString()
  // A keyword that no category has, because a client made it, stands for itself.
  return keywordOfCategory(category).toLowerCase() === keyword.toLowerCase() ? category : keyword
}

export const categoriesOf = (keywords: readonly string[]): readonly string[] =>
  keywords.flatMap((keyword) => categoryOfKeyword(keyword) ?? [])

/**
 * Replaces the categories among keywords. A keyword that is there for a category stays as it is written.
 */
export function withCategories(keywords: readonly string[], categories: readonly string[]): readonly string[] {
  const known = new Map(keywords.map((keyword) => [categoryOfKeyword(keyword)?.toLowerCase(), keyword]))
  return [
    ...keywords.filter((keyword) => categoryOfKeyword(keyword) === undefined),
    ...categories.map((category) => known.get(category.toLowerCase()) ?? keywordOfCategory(category)),
  ]
}
