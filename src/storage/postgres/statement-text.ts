import type { Statement } from '../engine.ts'

/** The text of a statement as PostgreSQL takes it. A connection prepares each object of this type once. */
export interface PreparedText {
  /** With `$1`, `$2` … in the gaps. */
  readonly text: string
  /** Whether it returns rows. A statement that returns none need not be waited for. */
  readonly returnsRows: boolean
  /** Whether it changes nothing. */
  readonly reads: boolean
}

/** Texts built at run time that are kept: those used last. */
const TEXTS = 256

const bySite = new WeakMap<readonly string[], PreparedText>()
const byText = new Map<string, PreparedText>()

/** A template's parts are one frozen object for as long as the program runs. Other arrays may be built for each call. */
export function preparedText({ parts }: Statement): PreparedText {
  const known = bySite.get(parts)
  if (known) return known
  const text = parts.reduce((before, part, at) => `${before}$${at}${part}`)
  if (!('raw' in parts)) return textBuiltAtRunTime(text)
  const prepared = describe(text)
  bySite.set(parts, prepared)
  return prepared
}

function textBuiltAtRunTime(text: string): PreparedText {
  const prepared = byText.get(text) ?? describe(text)
  byText.delete(text)
  byText.set(text, prepared)
  if (byText.size > TEXTS) byText.delete(byText.keys().next().value!)
  return prepared
}

function describe(text: string): PreparedText {
  const reads = /^\s*(select|with|values)\b/i.test(text) && !/\b(insert into|update|delete from)\b/i.test(text)
  return { text, reads, returnsRows: reads || /^\s*with\b/i.test(text) || /\breturning\b/i.test(text) }
}
