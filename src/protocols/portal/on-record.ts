import { directoryFor, onRecord, shownValue } from '../../access/records/on-record.ts'
import type { Caller } from '../../access/types.ts'
import type { Cmdlet } from '../../cmdlets/cmdlet.ts'
import type { HttpRequest } from '../../core/http.ts'
import type { AuditCommand, AuditRefusal, Directory } from '../../domain/directory/types.ts'
import { errorOf } from './failure.ts'

interface Ours {
  readonly directory: Directory
  readonly request: HttpRequest
  readonly caller: Caller
  /** The cmdlet of ours whose request it is. */
  readonly cmdlet: Pick<Cmdlet, 'name' | 'parameters'>
}

/** The directory by which the cmdlet changes something; what it writes is on record with what it was given. */
export const directoryOf = ({ cmdlet, ...rest }: Ours): Directory =>
  directoryFor({ ...rest, command: commandGiven(cmdlet, rest.request) })

/** Does what the cmdlet asks for, with one record of it in the audit, also where it is refused. */
export const recorded = <T>({ cmdlet, ...rest }: Ours, run: (directory: Directory) => Promise<T>): Promise<T> =>
  onRecord({ ...rest, command: commandGiven(cmdlet, rest.request), refusalOf }, run)

/** The fields of the request's body under the cmdlet's parameter names. */
function commandGiven({ name, parameters }: Ours['cmdlet'], { body }: HttpRequest): AuditCommand {
  const fields = fieldsIn(body)
  return {
    name,
    parameters: Object.keys(parameters).flatMap((parameter) => {
      const value = fields[`${parameter.charAt(0).toLowerCase()}${parameter.slice(1)}`]
      return value === undefined ? [] : [{ name: parameter, value: shownValue(value) }]
    }),
  }
}

/** The route itself refuses a body of another form. */
function fieldsIn(body: Uint8Array): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(Buffer.from(body).toString('utf8'))
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    return {}
  }
}

function refusalOf(thrown: unknown): AuditRefusal {
  const { code, message } = errorOf(thrown)
  return { refused: message, error: code }
}
