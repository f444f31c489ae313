import { esearchHead, type Found } from './esearch.ts'
import { compactSet } from './sequence-set.ts'

/** Results next to each other, from a position on, which counts from 1; 0 where the order is that of the folder. */
export interface Placed<T = number> {
  readonly position: number
  readonly results: readonly T[]
}

/** RFC 5267 §4.3.4: where the results stand that go, each run as it is when those before it are gone. */
export function removals<T>(results: readonly T[], gone: ReadonlySet<T>): Placed<T>[] {
  const runs: { position: number; results: T[] }[] = []
  let position = 1
  let running = false
  for (const each of results) {
    if (!gone.has(each)) {
      position += 1
      running = false
    } else if (running) runs.at(-1)!.results.push(each)
    else {
      runs.push({ position, results: [each] })
      running = true
    }
  }
  return runs
}

/** RFC 5267 §4.3.3: where the results stand that came, each run as it is when those before it are there. */
export function additions<T>(results: readonly T[], fresh: ReadonlySet<T>): Placed<T>[] {
  const runs: { position: number; results: T[] }[] = []
  for (const [place, each] of results.entries()) {
    if (!fresh.has(each)) continue
    const last = runs.at(-1)
    if (last && last.position + last.results.length === place + 1) last.results.push(each)
    else runs.push({ position: place + 1, results: [each] })
  }
  return runs
}

/** RFC 5267 §5 `ret-data-removefrom` and `ret-data-addto`, those that go first; empty where there is nothing to say. */
export function writeChanges(
  of: Pick<Found, 'tag' | 'uid' | 'at'>,
  removed: readonly Placed[],
  added: readonly Placed[],
): string {
  const said = [written('REMOVEFROM', removed), written('ADDTO', added)].filter((text) => text !== '')
  return said.length === 0 ? '' : `${esearchHead(of)} ${said.join(' ')}\r\n`
}

const written = (name: string, placed: readonly Placed[]): string =>
  placed.length === 0
    ? ''
    : `${name} (${placed.map(({ position, results }) => `${position} ${compactSet(results)}`).join(' ')})`
