import { readdirSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import path from 'node:path'
import { type Log, silentLog } from '../../src/core/log.ts'
import type { SeededRandom } from '../support/seeded-random.ts'

/** Something that is given octets, and has to bear them. */
export interface Target {
  /** Valid inputs, which the fuzzer mutates. */
  readonly seeds: readonly Buffer[]
  /** Pieces that are put in whole. */
  readonly words: readonly string[]
  /** How many inputs are given at once: a session has several commands. */
  readonly together: number
  /** Throws where something does not hold that has to. */
  try(inputs: readonly Buffer[], chance: SeededRandom): Promise<void>
  close(): Promise<void>
}

export type OpenTarget = () => Promise<Target>

/** A failed property, with its input. */
export class Find extends Error {
  readonly inputs: readonly Buffer[]

  constructor(inputs: readonly Buffer[], cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause })
    this.inputs = inputs
  }
}

/** Milliseconds within which a server has answered all that it was sent, and has ended the connection. */
const PATIENCE = 20_000

/** A log that keeps what is a fault of ours. */
export function faultLog(): { readonly log: Log; readonly faults: string[] } {
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

/** Sends it all, says that there is no more, and resolves with everything that came until the server ended it. */
export function converse(to: { port(tls: boolean): number }, octets: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const socket = connect(to.port(false), '127.0.0.1')
    const received: Buffer[] = []
    const deadline = setTimeout(() => {
      socket.destroy()
      reject(new Error('The connection is not ended'))
    }, PATIENCE)
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

/** Messages that are worth to be changed: those of the corpus, and the samples. */
export const messages: readonly Buffer[] = [...messagesIn('test/corpus/mime'), ...messagesIn('samples')].filter(
  ({ length }) => length < LARGEST,
)
