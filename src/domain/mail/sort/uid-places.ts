import type { Uid } from '../../../core/ids.ts'

/** Where each of the ascending UIDs stands among the ascending known ones; -1 for one that is not there. */
export function placesOf(known: readonly Uid[], uids: readonly Uid[]): Int32Array {
  const places = new Int32Array(uids.length).fill(-1)
  let at = placeOf(known, uids[0] ?? 0)
  for (let nth = 0; nth < uids.length; nth++) {
    const uid = uids[nth]!
    while (at < known.length && known[at]! < uid) at += 1
    if (known[at] === uid) places[nth] = at
  }
  return places
}

function placeOf(ascending: readonly Uid[], uid: number): number {
  let [low, high] = [0, ascending.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (ascending[middle]! < uid) low = middle + 1
    else high = middle
  }
  return low
}
