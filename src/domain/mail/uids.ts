import type { Uid } from '../../core/ids.ts'

/** Ascending UIDs as a compact text: `1:3,7`. */
export function uidText(uids: readonly Uid[]): string {
  let text = ''
  for (let start = 0; start < uids.length;) {
    const end = runEnd(uids, start)
    const first = uids[start]!
    const last = uids[end - 1]!
    text += `${text ? ',' : ''}${first === last ? first : `${first}:${last}`}`
    start = end
  }
  return text
}

/** Reads back what {@link uidText} wrote. */
export function uidsOf(text: string): Uid[] {
  const uids: Uid[] = []
  for (const range of text.split(',')) {
    const [first, last = first] = range.split(':').map(Number)
    for (let uid = first!; uid <= last!; uid++) uids.push(uid as Uid)
  }
  return uids
}

/** The position after the run of consecutive numbers that begins at `start`. */
export function runEnd(numbers: readonly number[], start: number): number {
  let end = start + 1
  while (end < numbers.length && numbers[end] === numbers[end - 1]! + 1) end++
  return end
}

/** In ascending order, without duplicates. */
export function ascending(uids: readonly Uid[]): readonly Uid[] {
  const inOrder = uids.every((uid, at) => at === 0 || uids[at - 1]! < uid)
  return inOrder ? uids : [...new Set(uids)].sort((a, b) => a - b)
}
