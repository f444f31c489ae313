import type { Readable, Writable } from 'node:stream'
import { parseArgs, type ParseArgsOptionsConfig } from 'node:util'
import { didYouMean } from '../../core/did-you-mean.ts'
import { wrongUsage } from './failure.ts'

/** Reads the options of a command. Fails with wrong usage for an unknown or incomplete one. */
export function readOptions<const O extends ParseArgsOptionsConfig>(words: readonly string[], options: O) {
  const args = [...words]
  for (const given of parseArgs({ args, options, strict: false, tokens: true }).tokens) {
    if (given.kind === 'option') assertOption(given, options)
  }
  return parseArgs({ args, options, strict: true, allowPositionals: true })
}

interface ParsedOption {
  readonly name: string
  /** With its dashes. */
  readonly rawName: string
  readonly value?: string | undefined
  /** Whether the value is in the same word: `--name=value`. */
  readonly inlineValue?: boolean | undefined
}

function assertOption({ name, rawName, value, inlineValue }: ParsedOption, options: ParseArgsOptionsConfig): void {
  const option = Object.hasOwn(options, name) ? options[name] : undefined
  if (!option) {
    const near = didYouMean(name, Object.keys(options))
    wrongUsage(`unknown option ${rawName}${near === undefined ? '' : `; did you mean --${near}?`}`)
  }
  if (option.type === 'boolean') {
    if (value !== undefined) wrongUsage(`${rawName} takes no value.`)
  } else if (value === undefined) wrongUsage(`${rawName} needs a value.`)
  // It can also be the next option, if the value was forgotten.
  else if (!inlineValue && /^-./.test(value)) {
    wrongUsage(`${rawName} needs a value; if '${value}' is one, write ${rawName}=${value}.`)
  }
}

interface Globals {
  /** The command's name and its words. */
  readonly words: readonly string[]
  readonly json: boolean
  readonly data: string | undefined
  readonly help: boolean
  readonly version: boolean
}

/** Takes the global options from anywhere before a `--`: `--data DIR`, `--json`, `--help`, `--version`. */
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

export interface Streams {
  readonly stdin: Readable & { readonly isTTY?: boolean }
  readonly stdout: Writable & { readonly isTTY?: boolean; readonly columns?: number }
  readonly stderr: Writable & { readonly isTTY?: boolean }
}

export type Environment = Readonly<Record<string, string | undefined>>

/** One run of the command line. */
export interface Invocation {
  /** The words after the command's name, without the global options. */
  readonly words: readonly string[]
  readonly json: boolean
  /** `--data`, as an absolute path. */
  readonly data: string | undefined
  /** The directory against which relative paths are resolved. */
  readonly folder: string
  readonly env: Environment
  readonly streams: Streams
}

/** A command that is not a cmdlet. */
export interface CliCommand {
  readonly name: string
  /** The words after the name, in the notation of usage lines. */
  readonly usage: readonly string[]
  readonly synopsis: string
  readonly options: readonly (readonly [option: string, meaning: string])[]
  /** Resolves to the exit code. */
  run(invocation: Invocation): Promise<number>
}
