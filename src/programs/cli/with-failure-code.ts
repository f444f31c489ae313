import { Refusal } from '../../core/refusal.ts'
import { failed } from './failure.ts'

/** What is refused ends the command with this code and the refusal's words. */
export async function withFailureCode<T>(code: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (thrown) {
    if (thrown instanceof Refusal) return failed(code, thrown.message, { reason: thrown.reason })
    throw thrown
  }
}
