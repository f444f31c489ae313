export interface BearerFailure {
  /** RFC 7628 §3.2.2, from the registry of RFC 6750 §3.1. */
  readonly status: 'invalid_request' | 'invalid_token' | 'insufficient_scope'
  /** A scope that would do. */
  readonly scope: string
}

/** RFC 7628 §3.2.2 in base64; `schemes` is for clients that learnt XOAUTH2 from Google. */
export const encodeBearerFailure = ({ status, scope }: BearerFailure): string =>
  Buffer.from(JSON.stringify({ status, schemes: 'bearer', scope })).toString('base64')
