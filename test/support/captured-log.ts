import type { Log } from '../../src/core/log.ts'

/** A log that keeps what was written to it, as a text to look through. */
export interface CapturedLog extends Log {
  readonly lines: readonly string[]
}

export function capturedLog(): CapturedLog {
  const lines: string[] = []
  const logWith = (about: object): Log => {
    const write = (fields: object, text: string) =>
      void lines.push(JSON.stringify({ ...about, ...fields, text }, whole))
    return {
      debug: write,
      info: write,
      warn: write,
      error: write,
      child: (fields) => logWith({ ...about, ...fields }),
    }
  }
  return { ...logWith({}), lines }
}

/** Errors as they are printed. */
const whole = (_: string, value: unknown): unknown => (value instanceof Error ? (value.stack ?? value.message) : value)
