import type { Caller } from '../../access/types.ts'
import type { HttpRequest } from '../../core/http.ts'
import { Refusal } from '../../core/refusal.ts'
import type { Command } from './command.ts'

const LONGEST_SHOWN = 200

/** Runs a cmdlet and leaves one line about it in the log, whatever the outcome; secrets stay out of it. */
export async function audited<T>(
  { log }: HttpRequest,
  caller: Caller,
  { command, values }: { command: Command; values: Readonly<Record<string, unknown>> },
  run: () => Promise<T>,
): Promise<T> {
  const { name, parameters } = command.declaration
  const shown = Object.entries(values).map(([parameter, value]) => [
    parameter,
    parameters[parameter]?.type.secret ? '(secret)' : brief(value),
  ])
  const fields = {
    cmdlet: name,
    parameters: Object.fromEntries(shown),
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
    throw thrown
  }
}

const brief = (value: unknown): unknown =>
  typeof value === 'string' && value.length > LONGEST_SHOWN ? `${value.slice(0, LONGEST_SHOWN)}…` : value
