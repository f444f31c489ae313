import { parentPort } from 'node:worker_threads'

/** A job on its way to a thread, and what comes back. */
export interface Request<Job> {
  readonly number: number
  readonly job: Job
}
export type Reply<Result> =
  | 'ready'
  | { readonly number: number; readonly result: Result }
  | { readonly number: number; readonly error: unknown }

/** The start of a thread that does one job after another. What is `given` of a result is not copied. */
export function serveJobs<Job, Result>(
  run: (job: Job) => { readonly result: Result; readonly given: readonly ArrayBuffer[] },
) {
  const port = parentPort
  if (!port) throw new Error('This is for worker threads')
  port.on('message', ({ number, job }: Request<Job>) => {
    try {
      const { result, given } = run(job)
      port.postMessage({ number, result } satisfies Reply<Result>, given)
    } catch (error) {
      port.postMessage({ number, error } satisfies Reply<Result>)
    }
  })
  port.postMessage('ready' satisfies Reply<Result>)
}
