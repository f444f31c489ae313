import { Refusal } from '../../core/refusal.ts'

/** What ends a command with something else than 0. */
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

/** Something was asked for and did not succeed: exit 1. */
export function failed(code: string, message: string, details?: Readonly<Record<string, unknown>>): never {
  throw new CliFailure(1, code, message, details)
}

/** The command line itself is wrong: exit 2. */
export function wrongUsage(message: string, details?: Readonly<Record<string, unknown>>): never {
  throw new CliFailure(2, 'WrongUsage', message, details)
}

/** There is no server to ask: exit 3. */
export function unreachable(message: string, details?: Readonly<Record<string, unknown>>): never {
  throw new CliFailure(3, 'ServerNotReachable', message, details)
}

/** What is refused ends the command with this code and the refusal's words. */
export async function withFailureCode<T>(code: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (thrown) {
    if (thrown instanceof Refusal) return failed(code, thrown.message, { reason: thrown.reason })
    throw thrown
  }
}
