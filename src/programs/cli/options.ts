import { parseArgs, type ParseArgsOptionsConfig } from 'node:util'
import { wrongUsage } from './failure.ts'

/** Reads a command's own options; a wrong one is wrong usage. */
export function readOptions<const O extends ParseArgsOptionsConfig>(words: readonly string[], options: O) {
  try {
    return parseArgs({ args: [...words], options, strict: true, allowPositionals: true })
  } catch (thrown) {
    if (!(thrown as NodeJS.ErrnoException).code?.startsWith('ERR_PARSE_ARGS')) throw thrown
    return wrongUsage((thrown as Error).message)
  }
}
