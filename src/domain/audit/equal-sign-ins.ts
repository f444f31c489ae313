import type { SignIn } from './types.ts'

/** How long after the first of them equal sign-ins share its record, in milliseconds. */
const WINDOW = 60_000
/** Kinds of sign-in that are remembered at a time; past it the oldest starts a record again when it comes again. */
const MOST = 10_000

/** Finds the record that a sign-in shares, so that a client in a tight loop writes one row a minute. */
export class EqualSignIns {
  readonly #first = new Map<string, { readonly since: number; latest: SignIn }>()

  /** The sign-in as it is to be kept: itself, or the earlier equal one with its count and moment brought forward. */
  merge(signIn: SignIn): SignIn {
    if (standsAlone(signIn)) return signIn
    this.#forget(signIn.at)
    const key = keyOf(signIn)
    const earlier = this.#first.get(key)
    if (!earlier) {
      this.#first.set(key, { since: signIn.at, latest: signIn })
      return signIn
    }
    const { signInId, count } = earlier.latest
    earlier.latest = { ...signIn, signInId, count: count + signIn.count }
    return earlier.latest
  }

  /** They stand in the order in which their windows opened. */
  #forget(now: number): void {
    for (const [key, { since }] of this.#first) {
      if (this.#first.size < MOST && now >= since && now - since < WINDOW) return
      this.#first.delete(key)
    }
  }
}

/** A door that opened is a record of its own, and so is a person at a page; a program that fetches tokens is not. */
const standsAlone = ({ outcome, protocol, kind }: SignIn): boolean =>
  outcome === 'granted' && (protocol !== 'entra' || kind === 'interactiveUser')

const keyOf = (signIn: SignIn): string =>
  JSON.stringify([
    signIn.tenant,
    signIn.protocol,
    signIn.kind,
    signIn.app?.appId,
    signIn.user?.id ?? signIn.user?.userPrincipalName.toLowerCase(),
    signIn.resource?.id,
    signIn.credential?.kind,
    signIn.credential?.keyId,
    signIn.mailbox?.toLowerCase(),
    signIn.failed,
    signIn.errorCode,
    signIn.from,
    signIn.authentication,
    // Of a token service's refusal it holds ids of the request's own; the code tells those apart.
    signIn.protocol === 'entra' ? '' : signIn.wire,
  ])
