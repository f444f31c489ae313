import { packBodies, packHeaders } from './pack.ts'
import { type Packed, type PackJob, unstacked } from './text-jobs.ts'
import { serveJobs } from './thread.ts'

serveJobs<PackJob, Packed>(({ messages, structures }) => {
  const all = unstacked(messages)
  const packed = structures
    ? packBodies(all.map((bytes, nth) => ({ bytes, structure: structures[nth]! })))
    : packHeaders(all)
  // Freed at once, because the garbage collector runs too late for so many.
  messages.bytes.buffer.transfer(0)
  return { result: packed, given: [packed.bytes.buffer] }
})
