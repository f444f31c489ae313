import type { Jws } from '../../../codecs/jwt/compact.ts'

/** An assertion that was read, and not believed yet. */
export interface SignedAssertion extends Jws {
  /** `iss` and `sub`. */
  readonly issuer: string
  readonly subject: string
}

/** As words, where it is words: a claim can be anything, nested to any depth. */
export const spelled = (claim: unknown): string =>
  [claim]
    .flat()
    .filter((it) => typeof it === 'string')
    .join(' ')
