/** The messages that one journal line reports, and that one step handles. */
export const PORTION = 4096

/** Splits a list into portions of `most` elements. An empty list gives one empty portion. */
export function* portions<T>(all: readonly T[], most = PORTION): Generator<readonly T[], void> {
  if (all.length <= most) yield all
  else for (let start = 0; start < all.length; start += most) yield all.slice(start, start + most)
}

/** Splits a list into portions of `most` octets. A larger element is a portion of its own. */
export function* portionsByOctets<T>(
  all: readonly T[],
  octetsOf: (one: T) => number,
  most: number,
): Generator<readonly T[], void> {
  let start = 0
  let octets = 0
  for (const [at, one] of all.entries()) {
    const more = octetsOf(one)
    if (at > start && octets + more > most) {
      yield all.slice(start, at)
      start = at
      octets = 0
    }
    octets += more
  }
  if (start < all.length) yield all.slice(start)
}
