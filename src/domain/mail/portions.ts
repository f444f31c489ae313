/** How many messages one line of the journal tells of, and how many are looked at in one go. */
export const PORTION = 4096

/** What is given, in its order, so many at a time; once nothing where there is nothing. */
export function* portions<T>(all: readonly T[], most = PORTION): Generator<readonly T[], void> {
  if (all.length <= most) yield all
  else for (let start = 0; start < all.length; start += most) yield all.slice(start, start + most)
}
