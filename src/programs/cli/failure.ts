import { Refusal } from '../../core/refusal.ts'

/** The failure of a command: it ends with an exit code other than 0. */
export class CliFailure extends Error {
  readonly exit: 1 | 2 | 3
  readonly code: string
  readonly details: Readonly<Record<string, unknown>>

  constructor(exit: 1 | 2 | 3, code: string, message: string, details: Readonly<Record<string, unknown>> = {}) {
    super(message)
    this.name = 'Failure'
    this.exit = exit
    this.code = code
    this.details = details
  }
}

/** The command failed: exit 1. */
export function failed(code: string, message: string, details?: Readonly<Record<string, unknown>>): never {
  throw new CliFailure(1, code, message, details)
}

/** The command line is wrong: exit 2. */
export function wrongUsage(message: string, details?: Readonly<Record<string, unknown>>): never {
  throw new CliFailure(2, 'WrongUsage', message, details)
}

/** The server cannot be reached: exit 3. */
export function unreachable(message: string, details?: Readonly<Record<string, unknown>>): never {
  throw new CliFailure(3, 'ServerNotReachable', message, details)
}

/** Turns a refusal into a failure with this code and the text of the refusal. */
export async function withFailureCode<T>(code: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (thrown) {
    if (thrown instanceof Refusal) return failed(code, thrown.message, { reason: thrown.reason })
    throw thrown
  }
}
