import cliProgress from 'cli-progress'
import type { Invocation } from '../invocation.ts'

export interface Progress {
  advance(octets: number): void
  stop(): void
}

/** Rounded to one decimal. */
const megabytes = (octets: number): number => Math.round(octets / 100_000) / 10

/** A progress bar on standard error if that is a terminal; nothing otherwise. */
export function progressOf({ json, streams }: Invocation, octets: number): Progress {
  if (json || !streams.stderr.isTTY) return { advance: () => {}, stop: () => {} }
  const bar = new cliProgress.SingleBar({
    format: '{bar} {percentage}% of {total} MB, {eta_formatted} left',
    stream: streams.stderr,
    clearOnComplete: true,
    hideCursor: true,
  })
  let done = 0
  bar.start(megabytes(octets), 0)
  return {
    advance(more) {
      done += more
      bar.update(megabytes(Math.min(done, octets)))
    },
    stop: () => bar.stop(),
  }
}
