import type { Statement } from '../engine.ts'

/** The text of a statement as PostgreSQL takes it. */
export interface PreparedText {
  /** With `$1`, `$2` … in the gaps. */
  readonly text: string
  /** The name under which connections keep it prepared; undefined if it is not kept. */
  readonly name: string | undefined
  /** Whether it returns rows. A statement that returns none need not be waited for. */
  readonly returnsRows: boolean
  /** Whether it changes nothing. */
  readonly reads: boolean
}

/** Statements with text built at run time that stay prepared. Each costs memory in every connection of the server. */
const TEXTS = 256

const bySite = new WeakMap<readonly string[], PreparedText>()
const byText = new Map<string, PreparedText>()
let names = 0

/** A template's parts are one frozen object for as long as the program runs. Other arrays may be built for each call. */
export function preparedText({ parts }: Statement): PreparedText {
  const known = bySite.get(parts)
  if (known) return known
  const text = parts.reduce((before, part, at) => `${before}$${at}${part}`)
  if ('raw' in parts) {
    const prepared = describe(text, `postern_${++names}`)
    bySite.set(parts, prepared)
    return prepared
  }
  const kept = byText.get(text)
  if (kept) return kept
  if (byText.size >= TEXTS) return describe(text, undefined)
  const prepared = describe(text, `postern_${++names}`)
  byText.set(text, prepared)
  return prepared
}

function describe(text: string, name: string | undefined): PreparedText {
  const reads = /^\s*(select|with|values)\b/i.test(text) && !/\b(insert into|update|delete from)\b/i.test(text)
  return { text, name, reads, returnsRows: reads || /\breturning\b/i.test(text) }
}
