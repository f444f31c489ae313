import type { Invocation } from '../options.ts'
import { jsonText, printable } from './table.ts'

/** Writes warnings to standard error, one line each; as JSON with --json. */
export const warningsOf =
  ({ json, streams }: Pick<Invocation, 'json' | 'streams'>) =>
  (message: string): void =>
    void streams.stderr.write(
      json ? `${jsonText({ warning: { message } })}\n` : `postern: warning: ${printable(message)}\n`,
    )
