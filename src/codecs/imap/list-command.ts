import { refuse } from '../../core/refusal.ts'
import type { Reader } from './reader.ts'

/** RFC 5258 §3.1, RFC 6154 §2: which names are listed. There are no remote ones. */
export interface ListSelection {
  readonly subscribed: boolean
  readonly specialUse: boolean
  /** Parents of such names too. */
  readonly recursive: boolean
}

/** RFC 5258 §6 `list`, what follows the command's name; names and patterns are as they were sent. */
export interface ListCommand<Option> {
  readonly selection: ListSelection
  readonly reference: string
  readonly patterns: readonly string[]
  readonly returns: readonly Option[]
  /** Whether it has anything that RFC 3501 does not know. */
  readonly extended: boolean
}

/** `option` reads what follows the name of a return option. Refuses what it does not know. */
export function readList<Option>(
  reader: Reader,
  option: (name: string, reader: Reader) => Option,
): ListCommand<Option> {
  const selected = reader.space().peek() === '('
  const selection = selected ? readSelection(reader) : { subscribed: false, specialUse: false, recursive: false }
  if (selected) reader.space()
  const reference = reader.astring()
  const several = reader.space().peek() === '('
  const patterns = several ? reader.list(() => reader.listPattern()) : [reader.listPattern()]
  const returning = reader.skip(' RETURN ')
  const returns = returning ? reader.list(() => option(reader.word(), reader), 0) : []
  return { selection, reference, patterns, returns, extended: selected || several || returning }
}

const known = ['SUBSCRIBED', 'SPECIAL-USE', 'RECURSIVEMATCH', 'REMOTE']

function readSelection(reader: Reader): ListSelection {
  const names = new Set(reader.list(() => reader.word(), 0))
  for (const name of names) if (!known.includes(name)) refuse('bad-syntax', `There is no selection option ${name}`)
  const [subscribed, specialUse, recursive] = known.map((name) => names.has(name)) as [boolean, boolean, boolean]
  // RFC 5258 §3.1: it says how to take the others.
  if (recursive && !subscribed && !specialUse) refuse('bad-syntax', 'RECURSIVEMATCH does not stand alone')
  return { subscribed, specialUse, recursive }
}
