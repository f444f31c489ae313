import { refuse } from '../../core/refusal.ts'
import type { ImapReader } from './reader.ts'
import { type NumberRange, readSequenceSet, resolveSet } from './sequence-set.ts'

/** RFC 7162 §3.2.5: the state of a folder that the client has cached. */
export interface Resync {
  readonly uidValidity: number
  readonly modSeq: number
  /** UIDs that the client knows, as ascending ranges; undefined means all. */
  readonly known: readonly NumberRange[] | undefined
  /** Whether the client sent sequence numbers with their UIDs. */
  readonly numbered: boolean
}

export interface SelectParameters {
  readonly condstore: boolean
  readonly resync: Resync | undefined
}

/** Reads RFC 7162 §7 `select-params` after the folder name, if the command has any. */
export function readSelectParameters(reader: ImapReader): SelectParameters {
  let condstore = false
  let resync: Resync | undefined
  if (reader.skip(' ')) {
    reader.list(() => {
      const word = reader.word()
      if (word === 'CONDSTORE') condstore = true
      else if (word === 'QRESYNC') resync = readResync(reader.space())
      else refuse('bad-syntax', `Unknown parameter ${word}`)
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

/**
 * RFC 7162 §3.2.5.2: pairs of sequence numbers and UIDs help a server without a record of expunges. Postern has a
 * journal and ignores them.
 */
function readMatch(reader: ImapReader): void {
  reader.expect('(')
  const numbers = readKnown(reader)
  const uids = readKnown(reader.space())
  reader.expect(')')
  if (sizeOf(numbers) !== sizeOf(uids)) refuse('bad-syntax', 'There have to be as many sequence numbers as UIDs')
}

function readKnown(reader: ImapReader): NumberRange[] {
  const set = readSequenceSet(reader)
  // RFC 7162 §7: "*" is not allowed here.
  if (set.some((range) => range.includes('*'))) refuse('bad-syntax', 'Expected numbers')
  return resolveSet(set, 0)
}

const sizeOf = (ranges: readonly NumberRange[]): number => ranges.reduce((sum, [from, to]) => sum + to - from + 1, 0)
