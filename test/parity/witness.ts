/**
 * The name of a test, as tables give it: `path/to/file.test.ts > describe > test`. A `…` in it stands for any characters,
 * so that one witness may be all cases of a table.
 */
export interface Witness {
  readonly file: string
  readonly titles: readonly string[]
}

export function witnessOf(name: string): Witness {
  const [file = '', ...titles] = name.split(' > ')
  return { file, titles }
}

const ANY = '…'

/** Whether there is a text that both patterns fit. */
export function meet(one: string, other: string): boolean {
  const known = new Map<string, boolean>()
  const from = (i: number, j: number): boolean => {
    const key = `${i},${j}`
    const before = known.get(key)
    if (before !== undefined) return before
    known.set(key, false)
    const found = step(i, j)
    known.set(key, found)
    return found
  }
  const step = (i: number, j: number): boolean => {
    if (one[i] === ANY) return from(i + 1, j) || (j < other.length && from(i, j + 1))
    if (other[j] === ANY) return from(i, j + 1) || (i < one.length && from(i + 1, j))
    if (i === one.length || j === other.length) return i === one.length && j === other.length
    return one[i] === other[j] && from(i + 1, j + 1)
  }
  return from(0, 0)
}

/** Whether a test that ran is one of those that a witness names. */
export const names = (witness: string, ran: string): boolean =>
  witness === ran || meet(witness, ran.replaceAll(ANY, ''))

/** The texts of a source file that can be titles of tests, with `…` for what is filled in. */
export function titlesIn(source: string): readonly string[] {
  const literals = source.matchAll(/'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\]|\\.)*)`/g)
  return [...literals]
    .map(([, single, double, template]) => unescaped(single ?? double ?? template!))
    .map((text) => text.replace(/%[sdifjoOpc#]|\$\{[^}]*\}|\$[a-z][\w.]*/gi, ANY))
    .filter((text) => text !== '')
}

const unescaped = (text: string): string => text.replace(/\\(.)/g, '$1')

/** Whether a source file has each of a witness's titles. */
export function standsIn(source: string, { titles }: Witness): boolean {
  const there = titlesIn(source).filter((it) => !new RegExp(`^[${ANY}\\s]*$`).test(it))
  return titles.length > 0 && titles.every((title) => there.some((it) => meet(title, it)))
}
