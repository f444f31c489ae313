import { readdirSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import path from 'node:path'
import { type Log, silentLog } from '../../src/core/log.ts'
import type { SeededRandom } from '../support/seeded-random.ts'

/** A parser or server that the fuzzer feeds with octets. */
export interface FuzzTarget {
  /** Valid inputs, which the fuzzer mutates. */
  readonly seeds: readonly Buffer[]
  /** Tokens that the fuzzer inserts as they are. */
  readonly dictionary: readonly string[]
  /** Inputs of one run: a session has several commands. */
  readonly inputsPerRun: number
  /** Throws if a property fails. */
  run(inputs: readonly Buffer[], chance: SeededRandom): Promise<void>
  close(): Promise<void>
}

export type OpenTarget = () => Promise<FuzzTarget>

/** A failed property, with its input. */
export class FuzzFailure extends Error {
  readonly inputs: readonly Buffer[]

  constructor(inputs: readonly Buffer[], cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause })
    this.inputs = inputs
  }
}

/** Milliseconds in which a server must answer everything and close the connection. */
const SESSION_TIMEOUT = 20_000

/** A log that keeps the errors. */
export function errorLog(): { readonly log: Log; readonly faults: string[] } {
  const faults: string[] = []
  const log: Log = {
    ...silentLog,
    error: (fields, text) => {
      const { err, error } = fields as { err?: Error; error?: Error }
      faults.push(`${text}: ${(err ?? error)?.stack ?? JSON.stringify(fields)}`)
    },
    child: () => log,
  }
  return { log, faults }
}

/** Sends the octets, half-closes the connection, and resolves with all octets that the server sent before it closed. */
export function runSession(to: { port(tls: boolean): number }, octets: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const socket = connect(to.port(false), '127.0.0.1')
    const received: Buffer[] = []
    const deadline = setTimeout(() => {
      socket.destroy()
      reject(new Error('The server did not close the connection'))
    }, SESSION_TIMEOUT)
    socket.on('data', (chunk: Buffer) => received.push(chunk))
    socket.on('error', () => {})
    socket.on('close', () => {
      clearTimeout(deadline)
      resolve(Buffer.concat(received))
    })
    socket.end(octets)
  })
}

const root = path.resolve(import.meta.dirname, '../..')
const LARGEST = 32 * 1024

const messagesIn = (folder: string): Buffer[] =>
  readdirSync(path.join(root, folder))
    .filter((name) => name.endsWith('.eml'))
    .map((name) => readFileSync(path.join(root, folder, name)))

/** Messages for the fuzzer to mutate: the corpus and the samples. */
export const messages: readonly Buffer[] = [...messagesIn('test/corpus/mime'), ...messagesIn('samples')].filter(
  ({ length }) => length < LARGEST,
)
