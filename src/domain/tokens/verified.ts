import { hash } from 'node:crypto'
import type { TokenClaims } from './types.ts'

/** Tokens whose signature held, by their hash, so that a client that comes again costs no second verification. */
export class VerifiedTokens {
  readonly #claims = new Map<string, TokenClaims>()
  readonly #most: number

  /** `most`: beyond it the oldest is forgotten. */
  constructor(most: number) {
    this.#most = most
  }

  get(token: string): TokenClaims | undefined {
    return this.#claims.get(keyOf(token))
  }

  remember(token: string, claims: TokenClaims): void {
    this.#claims.set(keyOf(token), claims)
    if (this.#claims.size > this.#most) this.#claims.delete(this.#claims.keys().next().value!)
  }

  forget(token: string): void {
    this.#claims.delete(keyOf(token))
  }
}

const keyOf = (token: string): string => hash('sha256', token, 'base64url')
