/** What is of use here of what a token says. */
export interface Claims {
  readonly appid?: string
  readonly upn?: string
  readonly exp?: number
}

/** Read and not checked: the server does that. */
export function claimsOf(token: string): Claims {
  try {
    return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')) as Claims
  } catch {
    return {}
  }
}

export const expiryOf = ({ exp }: Claims): string | undefined =>
  exp === undefined ? undefined : new Date(exp * 1000).toISOString()
