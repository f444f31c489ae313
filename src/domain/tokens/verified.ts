import { hash } from 'node:crypto'
import type { TokenClaims } from './types.ts'

interface Entry {
  readonly claims: TokenClaims
  /** The key that signed it. */
  readonly kid: string
  /** Of the token; what is remembered of it is about as much. */
  readonly octets: number
}

/** Tokens whose signature held, by their hash, so that a client that comes again costs no second verification. */
export class VerifiedTokens {
  readonly #entries = new Map<string, Entry>()
  readonly #most: number
  #octets = 0

  /** `most`: octets of tokens beyond which the oldest are forgotten. */
  constructor(most: number) {
    this.#most = most
  }

  get(token: string): Entry | undefined {
    return this.#entries.get(keyOf(token))
  }

  remember(token: string, claims: TokenClaims, kid: string): void {
    this.forget(token)
    this.#entries.set(keyOf(token), { claims, kid, octets: token.length })
    this.#octets += token.length
    for (const key of this.#entries.keys()) {
      if (this.#octets <= this.#most) break
      this.#drop(key)
    }
  }

  forget(token: string): void {
    this.#drop(keyOf(token))
  }

  #drop(key: string): void {
    this.#octets -= this.#entries.get(key)?.octets ?? 0
    this.#entries.delete(key)
  }
}

const keyOf = (token: string): string => hash('sha256', token, 'base64url')
