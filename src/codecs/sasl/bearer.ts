/** What a bearer mechanism carries: the mailbox to open, and the token that is to open it. */
export interface BearerCredential {
  readonly user: string
  readonly token: string
}

export const SEPARATOR = '\u0001'

/** RFC 6750 §2.1 `b64token`; RFC 9110 §11.1 lets the scheme's name come in any letter case. */
const bearer = /^bearer +([\w.~+/=-]+)$/i

/** The token of an `auth` value; undefined when there is none. */
export const tokenOf = (value: string): string | undefined => bearer.exec(value)?.[1]

/** `key=value` pairs between separators, the first of a name counts; names in lower case. Undefined when one is malformed. */
export function pairsOf(text: string): ReadonlyMap<string, string> | undefined {
  const pairs = new Map<string, string>()
  for (const pair of text.split(SEPARATOR)) {
    if (pair === '') continue
    const at = pair.indexOf('=')
    if (at < 1) return undefined
    const name = pair.slice(0, at).toLowerCase()
    if (!pairs.has(name)) pairs.set(name, pair.slice(at + 1))
  }
  return pairs
}
