import { type Answer, ColumnReader } from './column-reader.ts'
import type { ReadJob } from './text-jobs.ts'
import { serveJobs } from './thread.ts'

const reader = new ColumnReader()

serveJobs<ReadJob, Answer['result']>((job) => reader.answer(job))
