import { type ColumnVerdicts, ColumnReader } from './column-reader.ts'
import type { ReadJob } from './text-jobs.ts'
import { serveJobs } from './thread.ts'

const reader = new ColumnReader()

serveJobs<ReadJob, ColumnVerdicts['result']>((job) => reader.answer(job))
