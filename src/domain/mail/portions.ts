/** How many messages one line of the journal tells of, and how many are looked at in one go. */
export const PORTION = 4096

/** What is given, in its order, so many at a time; once nothing where there is nothing. */
export function* portions<T>(all: readonly T[], most = PORTION): Generator<readonly T[], void> {
  if (all.length <= most) yield all
  else for (let start = 0; start < all.length; start += most) yield all.slice(start, start + most)
}

/** What is given, in its order, as much at a time as adds up to `most` octets; what is larger than that comes alone. */
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
