import { packBodies, packHeaders } from './pack.ts'
import type { NamedBytes, PackJob, Stacked } from './text-jobs.ts'
import { serveJobs } from './thread-jobs.ts'

serveJobs<PackJob, readonly NamedBytes[]>(({ messages, structures }) => {
  const all = unstacked(messages)
  const columns = structures
    ? packBodies(all.map((bytes, nth) => ({ bytes, structure: structures[nth]! })))
    : packHeaders(all)
  // Not to wait for the collector: these are many.
  messages.bytes.buffer.transfer(0)
  return { result: [...columns], given: Array.from(columns.values(), ({ buffer }) => buffer) }
})

const unstacked = ({ bytes, ends }: Stacked): readonly Buffer[] =>
  ends.map((end, nth) => {
    const start = ends[nth - 1] ?? 0
    return Buffer.from(bytes.buffer, start, end - start)
  })
