import { parentPort } from 'node:worker_threads'
import { type Columns, packBodies, packHeaders } from './pack.ts'
import { scan } from './scan.ts'
import { columnKey, type PackedColumns, type ScanJob, type Scanned, type Stacked, type TextJob } from './text-jobs.ts'

const port = parentPort
if (!port) throw new Error('This file is the start of a worker thread')

const kept = new Map<string, Uint8Array<ArrayBuffer>>()

port.on('message', ({ job, number }: { readonly job: TextJob; readonly number: number }) => {
  try {
    const { result, given } = run(job)
    port.postMessage({ number, result }, given)
  } catch (error) {
    port.postMessage({ number, error })
  }
})

function run(job: TextJob): { readonly result: PackedColumns | Scanned; readonly given: ArrayBuffer[] } {
  if (job.do === 'packHeaders') return packed(packHeaders(unstacked(job.headers)))
  if (job.do === 'packBodies') {
    const { structures } = job
    return packed(packBodies(unstacked(job.messages).map((bytes, nth) => ({ bytes, structure: structures[nth]! }))))
  }
  const scanned = scanSegments(job)
  return { result: scanned, given: [scanned.buffer] }
}

function packed(columns: Columns) {
  return { result: [...columns], given: Array.from(columns.values(), ({ buffer }) => buffer) }
}

const unstacked = ({ bytes, ends }: Stacked): readonly Buffer[] =>
  ends.map((end, nth) => {
    const start = ends[nth - 1] ?? 0
    return Buffer.from(bytes.buffer, start, end - start)
  })

function scanSegments({ put, drop, asks, segments }: ScanJob): Scanned {
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
  return scanned
}

const missing = (column: string): never => {
  throw new Error(`The column '${column}' is not here`)
}
