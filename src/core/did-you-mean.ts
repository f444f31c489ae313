/**
 * The candidate with the spelling closest to `word`, in any letter case; undefined if all differ by about a third of
 * the word or more. Used for "did you mean" hints.
 */
export function didYouMean(word: string, candidates: Iterable<string>): string | undefined {
  const requested = word.toLowerCase()
  let best: string | undefined
  let least = Math.floor(requested.length / 3) + 1
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - requested.length) >= least) continue
    const distance = editDistance(requested, candidate.toLowerCase())
    if (distance >= least) continue
    best = candidate
    least = distance
  }
  return best
}

/** Number of insertions, deletions, replacements and swaps of neighbours (optimal string alignment). */
function editDistance(one: string, other: string): number {
  let before: number[] = []
  let row = Array.from({ length: other.length + 1 }, (_, at) => at)
  for (let at = 1; at <= one.length; at++) {
    const next = [at]
    for (let to = 1; to <= other.length; to++) {
      const same = one[at - 1] === other[to - 1]
      const swapped = at > 1 && to > 1 && one[at - 1] === other[to - 2] && one[at - 2] === other[to - 1]
      next[to] = Math.min(row[to]! + 1, next[to - 1]! + 1, row[to - 1]! + (same ? 0 : 1))
      if (swapped) next[to] = Math.min(next[to]!, before[to - 2]! + 1)
    }
    before = row
    row = next
  }
  return row[other.length]!
}
