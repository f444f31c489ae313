import { scan } from './scan.ts'
import type { Ask } from '../leaves.ts'
import type { Verdicts } from '../verdicts.ts'
import { columnKey, type ScanJob, type Scanned, type ScannedSegment } from './text-jobs.ts'
import { serveJobs } from './thread-jobs.ts'

const kept = new Map<string, Uint8Array<ArrayBuffer>>()

serveJobs<ScanJob, Scanned>(({ put, drop, asks, segments }) => {
  for (const [key, bytes] of put) kept.set(key, bytes)
  const verdicts = new Uint8Array(asks.length * segments.reduce((sum, { count }) => sum + count, 0))
  const damaged: number[] = []
  let at = 0
  for (const one of segments) {
    const end = at + asks.length * one.count
    if (!scanSegment(one, asks, verdicts.subarray(at, end))) damaged.push(one.segment)
    at = end
  }
  for (const key of drop) release(key)
  return { result: { verdicts, damaged }, given: [verdicts.buffer] }
})

/** False for one that is damaged. */
function scanSegment({ segment, count }: ScannedSegment, asks: readonly Ask[], verdicts: Verdicts): boolean {
  const column = (name: string) => kept.get(columnKey(segment, name)) ?? missing(name)
  return asks.every((ask, nth) => scan(ask, column, verdicts.subarray(nth * count, (nth + 1) * count)))
}

function release(key: string): void {
  // What is collected some time later adds up to much where large folders are searched.
  kept.get(key)?.buffer.transfer(0)
  kept.delete(key)
}

const missing = (column: string): never => {
  throw new Error(`The column '${column}' is not here`)
}
