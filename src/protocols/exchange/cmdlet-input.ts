import { refuse } from '../../core/refusal.ts'

/** docs/reference/exchange-admin.md §9.1. */
export interface CmdletInput {
  readonly CmdletName: string
  readonly Parameters: Readonly<Record<string, unknown>>
}

/** Reads `{"CmdletInput":{"CmdletName":…,"Parameters":{…}}}`. */
export function inputOf(body: Uint8Array): CmdletInput {
  return inputIn(parsed(body))
}

/** The same, read already. */
export const inputIn = (envelope: unknown): CmdletInput => checkedInput(memberOf(objectOf(envelope), 'CmdletInput'))

export function checkedInput(value: unknown): CmdletInput {
  const input = objectOf(value)
  const name = memberOf(input, 'CmdletName')
  if (typeof name !== 'string' || name === '') return malformed()
  return { CmdletName: name, Parameters: objectOf(memberOf(input, 'Parameters') ?? {}) }
}

function parsed(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
  } catch {
    return malformed()
  }
}

const objectOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : malformed()

const memberOf = (object: Record<string, unknown>, name: string): unknown =>
  Object.entries(object).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1]

const malformed = (): never =>
  refuse('bad-syntax', 'The request body has to be {"CmdletInput":{"CmdletName":"…","Parameters":{…}}} in JSON.')
