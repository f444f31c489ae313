import type { Caller } from '../../access/types.ts'
import { changes } from '../../cmdlets/cmdlet.ts'
import type { HttpRequest } from '../../core/http.ts'
import { Refusal } from '../../core/refusal.ts'
import type { AuditCommand, Directory } from '../../domain/directory/types.ts'
import type { Command } from './command.ts'

const LONGEST_SHOWN = 200

/** What a cmdlet was given, as records tell it: cut where it is long, and without anything secret. */
export const commandGiven = (
  { declaration: { name, parameters } }: Command,
  values: Readonly<Record<string, unknown>>,
): AuditCommand => ({
  name,
  parameters: Object.entries(values).map(([parameter, value]) => ({
    name: parameter,
    value: parameters[parameter]?.type.secret ? '(secret)' : brief(value),
  })),
})

/**
 * Runs a cmdlet and leaves one line about it in the log, whatever the outcome. What it changes stands in the audit
 * together with the change; that it was refused is put there by itself, unless it only looks.
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
    log.info({ ...fields, outcome: 'done' }, 'cmdlet')
    return result
  } catch (thrown) {
    const outcome = thrown instanceof Refusal ? thrown.reason : 'failed'
    log.info({ ...fields, outcome }, 'cmdlet')
    if (changes({ name })) {
      const why = thrown instanceof Refusal ? thrown.message : 'Something went wrong here.'
      await directory.audits
        .tellRefused(caller.tenant, why)
        .catch((error: unknown) => log.error({ err: error }, 'a refused cmdlet could not be put on record'))
    }
    throw thrown
  }
}

function brief(value: unknown): string {
  const text =
    typeof value === 'string' ? value : JSON.stringify(value === Number.POSITIVE_INFINITY ? 'Unlimited' : value)
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text
}
