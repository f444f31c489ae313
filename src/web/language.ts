/** The texts of pages in one language. */
export interface Localized {
  /** RFC 5646. */
  readonly tag: string
}

/** Only this much of an `Accept-Language` header is read. */
const LONGEST_LIST = 500

/**
 * Selects the texts to show: those of the first preferred tag that exists, or else of the `Accept-Language` header, or
 * else the first ones.
 */
export function textsIn<Texts extends Localized>(
  languages: readonly [Texts, ...Texts[]],
  preferred: readonly string[],
  acceptLanguage: string | undefined,
): Texts {
  const tags = [...preferred, ...acceptedTags(acceptLanguage ?? '')]
  const found = tags.map((tag) => languageOf(languages, tag)).find((it) => it !== undefined)
  return found ?? languages[0]
}

/** RFC 4647 §3.4: `ja-JP` matches `ja`. */
const languageOf = <Texts extends Localized>(languages: readonly Texts[], tag: string): Texts | undefined =>
  languages.find((it) => it.tag === tag.split('-', 1)[0]?.toLowerCase())

/** RFC 9110 §12.5.4: the tags by descending quality. */
const acceptedTags = (list: string): readonly string[] =>
  list
    .slice(0, LONGEST_LIST)
    .split(',')
    .map((item) => {
      const [tag = '', ...parameters] = item.split(';').map((it) => it.trim())
      const quality = parameters.find((it) => it.startsWith('q='))?.slice(2) ?? '1'
      return { tag, quality: Number(quality) }
    })
    .filter(({ quality }) => quality > 0)
    .sort((one, other) => other.quality - one.quality)
    .map(({ tag }) => tag)

/** Formats a time in a language, in UTC. */
export function dateTimeIn(language: string): (at: number) => string {
  const format = new Intl.DateTimeFormat(language, { dateStyle: 'full', timeStyle: 'short', timeZone: 'UTC' })
  return (at) => `${format.format(at)} UTC`
}
