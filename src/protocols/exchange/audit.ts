import { directoryFor, onRecord, shownValue } from '../../access/records/on-record.ts'
import type { Caller } from '../../access/types.ts'
import { changes } from '../../cmdlets/cmdlet.ts'
import type { HttpRequest } from '../../core/http.ts'
import { Refusal } from '../../core/refusal.ts'
import type { AuditCommand, AuditRefusal, Directory } from '../../domain/directory/types.ts'
import type { Command } from './command.ts'
import { errorOf } from './failure.ts'

/** What a cmdlet was given, as records tell it: cut where it is long, and without anything secret. */
const commandGiven = (
  { declaration: { name, parameters } }: Command,
  values: Readonly<Record<string, unknown>>,
): AuditCommand => ({
  name,
  parameters: Object.entries(values).map(([parameter, value]) => ({
    name: parameter,
    value: parameters[parameter]?.type.secret ? '(secret)' : shownValue(value),
  })),
})

/** Runs a cmdlet and leaves one line about it in the log, whatever the outcome; one that changes something is in the audit too. */
export async function audited<T>(
  { directory, request, caller }: { directory: Directory; request: HttpRequest; caller: Caller },
  { command, values }: { command: Command; values: Readonly<Record<string, unknown>> },
  run: (directory: Directory) => Promise<T>,
): Promise<T> {
  const given = commandGiven(command, values)
  const recorded = { directory, request, caller, command: given, refusalOf }
  const tell = (outcome: string) =>
    request.log.info(
      {
        cmdlet: given.name,
        parameters: Object.fromEntries(given.parameters.map(({ name, value }) => [name, value])),
        app: caller.appId,
        ...(caller.kind === 'user' && { user: caller.user.id }),
        tenant: caller.tenant,
        outcome,
      },
      'cmdlet',
    )
  try {
    const result = await (changes(given) ? onRecord(recorded, run) : run(directoryFor(recorded)))
    tell('done')
    return result
  } catch (thrown) {
    tell(thrown instanceof Refusal ? thrown.reason : 'failed')
    throw thrown
  }
}

function refusalOf(thrown: unknown): AuditRefusal {
  const { id, type, text } = errorOf(thrown)
  return { refused: text, error: `${id}|${type}` }
}
