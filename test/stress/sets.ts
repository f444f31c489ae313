/** The numbers of a set that names each, such as `1:3,7`, in its order. */
export function numbersIn(set: string): number[] {
  return set.split(',').flatMap((part) => {
    const ends = part.split(':').map(Number)
    const [from, to] = [ends[0]!, ends.at(-1)!]
    if (!(from > 0 && to > 0)) throw new Error(`'${set}' is no set of numbers`)
    const [low, high] = [Math.min(from, to), Math.max(from, to)]
    return Array.from({ length: high - low + 1 }, (_, nth) => low + nth)
  })
}
