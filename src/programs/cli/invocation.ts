import type { Readable, Writable } from 'node:stream'

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
