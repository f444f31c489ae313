/** What a server sends as the value of a FETCH item: NIL is null, strings are octets. */
export type Item = string | number | null | readonly Item[]

/**
 * Reads one value of RFC 9051's response syntax, and throws unless it is all there is and every octet is in its place.
 */
export function readItem(octets: string): Item {
  const reader = new ItemReader(octets)
  const item = reader.item()
  if (reader.at !== octets.length) throw new Error(`More than one value: ${octets.slice(reader.at)}`)
  return item
}

class ItemReader {
  readonly #octets: string
  at = 0

  constructor(octets: string) {
    this.#octets = octets
  }

  item(): Item {
    if (this.#take(/\(/y)) return this.#list()
    if (this.#take(/NIL(?=[ )]|$)/y)) return null
    const number = this.#take(/\d+(?=[ )]|$)/y)
    if (number) return Number(number)
    const quoted = this.#take(/"(?:[^"\\\r\n\0\x80-\xff]|\\["\\])*"/y)
    if (quoted) return quoted.slice(1, -1).replace(/\\(.)/g, '$1')
    const literal = this.#take(/\{\d+\}\r\n/y)
    if (!literal) throw new Error(`No value: ${this.#octets.slice(this.at, this.at + 40)}`)
    const length = Number.parseInt(literal.slice(1), 10)
    const text = this.#octets.slice(this.at, this.at + length)
    if (text.length < length || text.includes('\0')) throw new Error('No literal')
    this.at += length
    return text
  }

  /** Lists of lists stand without blanks between, and with them before what is no list. */
  #list(): Item[] {
    const items: Item[] = []
    while (!this.#take(/\)/y)) {
      const adjacent = Array.isArray(items.at(-1)) && this.#octets[this.at] === '('
      if (items.length > 0 && !this.#take(/ /y) && !adjacent) throw new Error('No blank')
      items.push(this.item())
    }
    if (items.length === 0) throw new Error('An empty list is NIL')
    return items
  }

  #take(shape: RegExp): string | undefined {
    shape.lastIndex = this.at
    const found = shape.exec(this.#octets)?.[0]
    this.at += found?.length ?? 0
    return found
  }
}
