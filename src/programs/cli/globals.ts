import { wrongUsage } from './failure.ts'

export interface Globals {
  /** The command's name and its words. */
  readonly words: readonly string[]
  readonly json: boolean
  readonly data: string | undefined
  readonly help: boolean
  readonly version: boolean
}

/** Takes out what may stand anywhere: `--data DIR`, `--json`, `--help`, `--version`; nothing behind a `--`. */
export function splitGlobals(argv: readonly string[]): Globals {
  const words: string[] = []
  let json = false
  let data: string | undefined
  let help = false
  let version = false
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at]!
    if (word === '--') {
      words.push(...argv.slice(at))
      break
    }
    if (word === '--json') json = true
    else if (word === '--help' || word === '-h' || word === '-?') help = true
    else if (word === '--version') version = true
    else if (word === '--data') data = argv[++at] ?? wrongUsage('--data needs a directory.')
    else if (word.startsWith('--data=')) data = word.slice('--data='.length)
    else words.push(word)
  }
  if (data === '') wrongUsage('--data needs a directory.')
  return { words, json, data, help, version }
}
