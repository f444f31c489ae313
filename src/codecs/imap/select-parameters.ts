import { refuse } from '../../core/refusal.ts'
import type { ImapReader } from './reader.ts'
import { type NumberRange, readSequenceSet, resolveSet } from './sequence-set.ts'

/** RFC 7162 §3.2.5: what a client remembers of a folder that it selects again. */
export interface Resync {
  readonly uidValidity: number
  readonly modSeq: number
  /** UIDs that it holds, as ascending ranges; all there are when absent. */
  readonly known: readonly NumberRange[] | undefined
  /** Whether it has paired numbers with UIDs. */
  readonly numbered: boolean
}

export interface SelectParameters {
  readonly condstore: boolean
  readonly resync: Resync | undefined
}

/** RFC 7162 §7 `select-params`: what follows the folder's name, if anything does. */
export function readSelectParameters(reader: ImapReader): SelectParameters {
  let condstore = false
  let resync: Resync | undefined
  if (reader.skip(' ')) {
    reader.list(() => {
      const word = reader.word()
      if (word === 'CONDSTORE') condstore = true
      else if (word === 'QRESYNC') resync = readResync(reader.space())
      else refuse('bad-syntax', `There is no parameter ${word}`)
    })
  }
  return { condstore, resync }
}

function readResync(reader: ImapReader): Resync {
  reader.expect('(')
  const uidValidity = reader.nonZero()
  const modSeq = reader.space().modSeq()
  let known: readonly NumberRange[] | undefined
  let numbered = false
  if (reader.skip(' ')) {
    if (reader.peek() !== '(') known = readKnown(reader)
    if (known === undefined || reader.skip(' ')) {
      readMatch(reader)
      numbered = true
    }
  }
  reader.expect(')')
  return { uidValidity, modSeq, known, numbered }
}

/** RFC 7162 §3.2.5.2: numbers that the client pairs with UIDs, for servers that have to guess; this one has a journal. */
function readMatch(reader: ImapReader): void {
  reader.expect('(')
  const numbers = readKnown(reader)
  const uids = readKnown(reader.space())
  reader.expect(')')
  if (sizeOf(numbers) !== sizeOf(uids)) refuse('bad-syntax', 'There are not as many numbers as UIDs')
}

function readKnown(reader: ImapReader): NumberRange[] {
  const set = readSequenceSet(reader)
  // RFC 7162 §7: "*" is not allowed here.
  if (set.some((range) => range.includes('*'))) refuse('bad-syntax', 'Expected numbers')
  return resolveSet(set, 0)
}

const sizeOf = (ranges: readonly NumberRange[]): number => ranges.reduce((sum, [from, to]) => sum + to - from + 1, 0)
