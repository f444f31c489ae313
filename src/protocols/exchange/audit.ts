import type { Caller } from '../../access/types.ts'
import { changes } from '../../cmdlets/cmdlet.ts'
import type { HttpRequest } from '../../core/http.ts'
import { Refusal } from '../../core/refusal.ts'
import type { AuditCommand, Directory } from '../../domain/directory/types.ts'
import type { Command } from './command.ts'
import { errorOf } from './failure.ts'

const LONGEST_SHOWN = 200

/** What a cmdlet was given, as records tell it: cut where it is long, and without anything secret. */
export const commandGiven = (
  { declaration: { name, parameters } }: Command,
  values: Readonly<Record<string, unknown>>,
  from: string,
): AuditCommand => ({
  name,
  from,
  parameters: Object.entries(values).map(([parameter, value]) => ({
    name: parameter,
    value: parameters[parameter]?.type.secret ? '(secret)' : brief(value),
  })),
})

/**
 * Runs a cmdlet and leaves one line about it in the log, whatever the outcome. One that changes anything has one record in
 * the audit too: with what it wrote, or by itself where it wrote nothing or was refused.
 */
export async function audited<T>(
  { log }: HttpRequest,
  caller: Caller,
  { name, parameters }: AuditCommand,
  directory: Directory,
  run: () => Promise<T>,
): Promise<T> {
  const fields = {
    cmdlet: name,
    parameters: Object.fromEntries(parameters.map((given) => [given.name, given.value])),
    app: caller.appId,
    ...(caller.kind === 'user' && { user: caller.user.id }),
    tenant: caller.tenant,
  }
  try {
    const result = await run()
    if (changes({ name })) await directory.audits.tellDone(caller.tenant)
    log.info({ ...fields, outcome: 'done' }, 'cmdlet')
    return result
  } catch (thrown) {
    const outcome = thrown instanceof Refusal ? thrown.reason : 'failed'
    log.info({ ...fields, outcome }, 'cmdlet')
    if (changes({ name })) {
      const { id, type, text } = errorOf(thrown)
      await directory.audits
        .tellRefused(caller.tenant, { refused: text, error: `${id}|${type}` })
        .catch((error: unknown) => log.error({ err: error }, 'a refused cmdlet could not be put on record'))
    }
    throw thrown
  }
}

function brief(value: unknown): string {
  const text = textOf(value)
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text
}

/** As PowerShell writes it: True, several words between semicolons, nothing for $null. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (value === null) return ''
  if (value === Number.POSITIVE_INFINITY) return 'Unlimited'
  if (value instanceof Date) return value.toISOString()
  return Array.isArray(value) && value.every((word) => typeof word === 'string')
    ? value.join(';')
    : JSON.stringify(value)
}
