import { refuse } from '../../core/refusal.ts'
import { type AadstsError, errorTable } from './error-table.ts'

export type AadstsCode = keyof typeof errorTable
type ArgumentsOf<Code extends AadstsCode> = Parameters<(typeof errorTable)[Code]['says']>

const LONGEST_QUOTE = 200

/** Throws the refusal with that code. What the caller sent is quoted up to a bound. */
export function deny<Code extends AadstsCode>(code: Code, ...args: ArgumentsOf<Code>): never {
  return denyAs((errorTable[code] as AadstsError).error, code, ...args)
}

/** The same where the endpoint has another name for the error than the table (contract/identity §1.4, §7.2). */
export function denyAs<Code extends AadstsCode>(error: string, code: Code, ...args: ArgumentsOf<Code>): never {
  const { status, says } = errorTable[code] as AadstsError
  const quoted = args.map((text) => (text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}…` : text))
  refuse(status === 401 ? 'not-signed-in' : 'bad-syntax', says(...quoted), { aadsts: String(code), error })
}

/** The line of a code as it stands in a URL or in a refusal. */
export function errorOf(code: string | undefined): (AadstsError & { readonly code: number }) | undefined {
  if (code === undefined || !Object.hasOwn(errorTable, code)) return undefined
  return { ...(errorTable as Readonly<Record<string, AadstsError>>)[code]!, code: Number(code) }
}
