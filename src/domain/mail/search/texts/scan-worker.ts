import { scan } from './scan.ts'
import { columnKey, type ScanJob, type Scanned } from './text-jobs.ts'
import { serveJobs } from './thread-jobs.ts'

const kept = new Map<string, Uint8Array<ArrayBuffer>>()

serveJobs<ScanJob, Scanned>(({ put, drop, asks, segments }) => {
  for (const [key, bytes] of put) kept.set(key, bytes)
  const scanned = new Uint8Array(asks.length * segments.reduce((sum, { count }) => sum + count, 0))
  let at = 0
  for (const { segment, count } of segments) {
    const column = (name: string) => kept.get(columnKey(segment, name)) ?? missing(name)
    for (const ask of asks) {
      scan(ask, column, scanned.subarray(at, at + count))
      at += count
    }
  }
  for (const key of drop) kept.delete(key)
  return { result: scanned, given: [scanned.buffer] }
})

const missing = (column: string): never => {
  throw new Error(`The column '${column}' is not here`)
}
