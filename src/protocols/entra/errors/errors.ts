import { Refusal } from '../../../core/refusal.ts'
import { type AadstsError, errorTable } from './error-table.ts'

export type AadstsCode = keyof typeof errorTable
type ArgumentsOf<Code extends AadstsCode> = Parameters<(typeof errorTable)[Code]['says']>

const LONGEST_QUOTE = 200

/** Throws the refusal with that code. */
export function deny<Code extends AadstsCode>(code: Code, ...args: ArgumentsOf<Code>): never {
  throw refusalOf(code, ...args)
}

/**
 * The same, for an endpoint that has another name for the error than the table (docs/reference/identity.md §1.4, §7.2).
 */
export function denyAs<Code extends AadstsCode>(error: string, code: Code, ...args: ArgumentsOf<Code>): never {
  const { reason, message, detail } = refusalOf(code, ...args)
  throw new Refusal(reason, message, { ...detail, error })
}

/** Returns the refusal with that code, for callers that do not throw. Long values are cut. */
export function refusalOf<Code extends AadstsCode>(code: Code, ...args: ArgumentsOf<Code>): Refusal {
  const { status, says } = errorTable[code] as AadstsError
  const quoted = args.map((text) => (text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}…` : text))
  return new Refusal(status === 401 ? 'not-signed-in' : 'bad-syntax', says(...quoted), { aadsts: String(code) })
}

/**
 * Returns the code of a thrown value. A refusal of the HTTP layer has none: the request is malformed. Anything but a
 * refusal is an internal error.
 */
export function codeOf(thrown: unknown): string {
  if (!(thrown instanceof Refusal) || thrown.reason === 'no-room') return '50000'
  if (thrown.reason === 'busy') return '90033'
  return thrown.detail.aadsts ?? '9002313'
}

/** Returns the line of a code in the table. */
export function errorOf(code: string | undefined): (AadstsError & { readonly code: number }) | undefined {
  if (code === undefined || !Object.hasOwn(errorTable, code)) return undefined
  return { ...(errorTable as Readonly<Record<string, AadstsError>>)[code]!, code: Number(code) }
}
