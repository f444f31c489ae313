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
  const seen = new Set<number>()
  const open: (readonly [number, number])[] = [[0, 0]]
  for (let place = open.pop(); place; place = open.pop()) {
    const [i, j] = place
    if (i === one.length && j === other.length) return true
    const key = i * (other.length + 1) + j
    if (seen.has(key)) continue
    seen.add(key)
    if (one[i] === ANY) open.push([i + 1, j])
    else if (other[j] === ANY) open.push([i, j + 1])
    if (i === one.length || j === other.length) continue
    if (one[i] === ANY) open.push([i, j + 1])
    else if (other[j] === ANY) open.push([i + 1, j])
    else if (one[i] === other[j]) open.push([i + 1, j + 1])
  }
  return false
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
