import type { HttpRequest } from '../../core/http.ts'
import { guid } from '../../core/ids.ts'
import type { AuditCommand, AuditRefusal, Directory } from '../../domain/directory/types.ts'
import { actorOf } from '../rights.ts'
import type { Caller } from '../types.ts'

const LONGEST_SHOWN = 200

/**
 * The value of a cmdlet's parameter for audit records, in PowerShell's form: True, words separated by semicolons, empty
 * for $null.
 */
export function shownValue(value: unknown): string {
  const text = textOf(value)
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (value === null) return ''
  if (value === Number.POSITIVE_INFINITY) return 'Unlimited'
  if (value instanceof Date) return value.toISOString()
  if (areWords(value)) return value.join(';')
  return changedList(value) ?? JSON.stringify(value)
}

const areWords = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((word) => typeof word === 'string')

/** A list that replaces another one, or values to add and to remove, in the form in which they are typed. */
function changedList(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const lists = Object.entries(value).flatMap(([what, words]) => (areWords(words) ? [{ what, words }] : []))
  if (lists.length < Object.keys(value).length) return undefined
  const [first] = lists
  if (first?.what === 'replace') return first.words.join(';')
  if (!lists.every(({ what }) => what === 'add' || what === 'remove')) return undefined
  const said = lists.filter(({ words }) => words.length > 0)
  return `@{${said.map(({ what, words }) => `${what}=${words.map((word) => `"${word}"`).join(',')}`).join('; ')}}`
}

interface Recorded {
  readonly directory: Directory
  readonly request: Pick<HttpRequest, 'id' | 'from' | 'log'>
  readonly caller: Caller
  readonly command: Omit<AuditCommand, 'from'>
  /** The error as the caller sees it. */
  readonly refusalOf: (thrown: unknown) => AuditRefusal
}

/** The directory through which a cmdlet writes in the caller's name. */
export const directoryFor = ({ directory, request, caller, command }: Omit<Recorded, 'refusalOf'>): Directory =>
  directory.by(actorOf(caller), guid(request.id), { ...command, from: request.from })

/**
 * Runs a cmdlet that changes something, and writes one audit record: in the transaction of its write, or in one of its
 * own if the cmdlet wrote nothing or was refused.
 */
export async function onRecord<T>(recorded: Recorded, run: (directory: Directory) => Promise<T>): Promise<T> {
  const { caller, request, refusalOf } = recorded
  const directory = directoryFor(recorded)
  try {
    const result = await run(directory)
    await directory.audits.tellDone(caller.tenant)
    return result
  } catch (thrown) {
    await directory.audits
      .tellRefused(caller.tenant, refusalOf(thrown))
      .catch((error: unknown) => request.log.error({ err: error }, 'a refused cmdlet could not be put on record'))
    throw thrown
  }
}
