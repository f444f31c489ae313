import type { Readable, Writable } from 'node:stream'

export interface Streams {
  readonly stdin: Readable & { readonly isTTY?: boolean }
  readonly stdout: Writable & { readonly isTTY?: boolean; readonly columns?: number }
  readonly stderr: Writable & { readonly isTTY?: boolean }
}

export type Environment = Readonly<Record<string, string | undefined>>

/** One run of the command line. */
export interface Invocation {
  /** What stood behind the command's name, without what every command takes. */
  readonly words: readonly string[]
  readonly json: boolean
  /** `--data`, as an absolute path. */
  readonly data: string | undefined
  /** Where relative paths begin. */
  readonly folder: string
  readonly env: Environment
  readonly streams: Streams
}

/** A command that is no cmdlet. */
export interface CliCommand {
  readonly name: string
  /** What stands behind the name, in the notation of usage lines. */
  readonly usage: readonly string[]
  readonly synopsis: string
  readonly options: readonly (readonly [option: string, meaning: string])[]
  /** Resolves to the exit code. */
  run(invocation: Invocation): Promise<number>
}
