import { english, type Texts } from './texts/english.ts'
import { japanese } from './texts/japanese.ts'

const languages: readonly [Texts, ...Texts[]] = [english, japanese]

/** Most that is looked at of what a browser says about languages. */
const LONGEST_LIST = 500

/**
 * The texts for whoever asks: the parameters come first (`ui_locales` of OpenID Connect Core 1.0 §3.1.2.1, `mkt` as
 * Entra has it), then what the browser says of its person; English where none of it is spoken here.
 */
export function textsFor(asked: URLSearchParams, acceptLanguage: string | undefined): Texts {
  const named = [...(asked.get('ui_locales')?.split(' ') ?? []), asked.get('mkt') ?? '']
  const wanted = [...named.map((tag) => ({ tag, weight: 2 })), ...weighed(acceptLanguage ?? '')]
  const spoken = wanted.map(({ tag }) => languageOf(tag)).find((it) => it !== undefined)
  return spoken ?? languages[0]
}

/** RFC 4647 §3.4: `ja-JP` is served with `ja`. */
const languageOf = (tag: string): Texts | undefined =>
  languages.find((it) => it.tag === tag.split('-', 1)[0]?.toLowerCase())

/** RFC 9110 §12.5.4, the most wanted first. */
const weighed = (list: string) =>
  list
    .slice(0, LONGEST_LIST)
    .split(',')
    .map((item) => {
      const [tag = '', ...parameters] = item.split(';').map((it) => it.trim())
      const quality = parameters.find((it) => it.startsWith('q='))?.slice(2) ?? '1'
      return { tag, weight: Number(quality) }
    })
    .filter(({ weight }) => weight > 0)
    .sort((one, other) => other.weight - one.weight)
