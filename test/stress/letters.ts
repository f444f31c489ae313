/** Letters by their numbers: what one says is known wherever it turns up. */
export function letterText(nth: number): string {
  // Most are small; some span pages, a few are as large as attachments.
  const lines = nth % 97 === 0 ? 3000 : nth % 11 === 0 ? 200 : nth % 7
  return `Subject: letter ${nth}\r\n\r\nText of ${nth}\r\n${`Line of ${nth}, with something in it.\r\n`.repeat(lines)}`
}

export const letterOf = (subject: string): number | undefined => {
  const found = /^letter (\d+)$/.exec(subject)?.[1]
  return found === undefined ? undefined : Number(found)
}

/** Delivered ones have fields before, and others between, their own. */
export const holdsLetter = (text: string, nth: number): boolean => {
  const [head, body] = halves(letterText(nth))
  const [given, rest] = halves(text)
  return given.includes(head) && rest === body
}

const halves = (text: string): [string, string] => {
  const end = text.indexOf('\r\n\r\n')
  return [text.slice(0, end), text.slice(end)]
}

/** The numbers of a set that names each, such as `1:3,7`, in its order. */
export function numbersIn(set: string): number[] {
  return set.split(',').flatMap((part) => {
    const ends = part.split(':').map(Number)
    const [from, to] = [ends[0]!, ends.at(-1)!]
    if (!(from > 0 && to > 0)) throw new Error(`'${set}' is no set of numbers`)
    const [low, high] = [Math.min(from, to), Math.max(from, to)]
    return Array.from({ length: high - low + 1 }, (_, nth) => low + nth)
  })
}
