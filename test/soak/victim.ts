import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, openSync, closeSync, readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Endpoint } from '../../bench/clients/endpoint.ts'
import type { ServerReady } from '../../src/programs/server.ts'

const executable = path.resolve(import.meta.dirname, '../../bin/postern.js')
/** Milliseconds in which a server becomes ready, whatever it has to recover. */
const PATIENCE = 120_000

const running = new Set<ChildProcess>()
process.once('exit', () => running.forEach((child) => child.kill('SIGKILL')))

/** A server process that is killed and started again on the same data directory, and with the same settings. */
export class Victim {
  readonly data: string
  readonly #folder: string
  readonly #readyFile: string
  readonly #settings: Readonly<Record<string, string>>
  #child: ChildProcess | undefined
  #ready: ServerReady | undefined

  /** `settings` by the names of their environment variables. */
  constructor(folder: string, settings: Readonly<Record<string, string>> = {}) {
    this.#settings = settings
    this.#folder = folder
    this.data = path.join(folder, 'data')
    this.#readyFile = path.join(folder, 'ready.json')
  }

  get ready(): ServerReady {
    if (!this.#ready) throw new Error('The server is not ready')
    return this.#ready
  }

  get ca(): string {
    return readFileSync(this.ready.ca, 'utf8')
  }

  place(protocol: 'imap' | 'pop3' | 'submission' | 'https'): Endpoint {
    return { host: '127.0.0.1', port: this.ready.ports[protocol]! }
  }

  /** Starts the process and returns at once. */
  async spawn(): Promise<void> {
    await rm(this.#readyFile, { force: true })
    this.#ready = undefined
    const log = openSync(path.join(this.#folder, 'log'), 'a')
    const words = ['serve', '--data', this.data, '--port-base', 'auto', '--ready-file', this.#readyFile]
    const child = spawn(process.execPath, [executable, ...words], {
      stdio: ['ignore', log, log],
      env: {
        ...process.env,
        POSTERN_PROFILE: 'standards',
        POSTERN_LOG_LEVEL: 'warn',
        // The ports change with each start, and the issuer of tokens must not.
        POSTERN_ISSUER_HOSTS: 'microsoft',
        POSTERN_AUTH_PLAINTEXT_ON_LOOPBACK: 'true',
        POSTERN_ENTRA_ACCESS_TOKEN_MINUTES: '1440',
        ...this.#settings,
      },
    })
    closeSync(log)
    running.add(child)
    child.once('exit', () => running.delete(child))
    this.#child = child
  }

  /** Resolves when the server accepts clients. Returns the milliseconds that this took. */
  async becomeReady(): Promise<number> {
    const from = performance.now()
    for (;;) {
      if (existsSync(this.#readyFile)) break
      const { exitCode } = this.#child!
      if (exitCode !== null) throw new Error(`The server ended with ${exitCode}; see ${this.#folder}/log`)
      if (performance.now() - from > PATIENCE) throw new Error(`The server does not start; see ${this.#folder}/log`)
      await pause(10)
    }
    this.#ready = JSON.parse(readFileSync(this.#readyFile, 'utf8')) as ServerReady
    return performance.now() - from
  }

  /** Sends the signal and resolves when the process has ended. */
  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const child = this.#child
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill(signal)
    await ended
  }

  /** Stops the process without an end, until it is resumed. */
  freeze(): void {
    this.#child?.kill('SIGSTOP')
  }

  resume(): void {
    this.#child?.kill('SIGCONT')
  }

  /** Asks for a clean stop and does not wait for it. */
  askToStop(): void {
    this.#child?.kill('SIGTERM')
  }
}
