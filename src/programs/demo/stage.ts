import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { ServerReady } from '../server.ts'

const root = path.resolve(import.meta.dirname, '../../..')
const executable = path.join(root, 'bin', 'postern.js')

/** The output of a process and its exit code. */
export interface RunOutcome {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** A throw-away server, with an administrator's shell and a mail program as its clients. */
export class Stage {
  readonly folder: string
  readonly ready: ServerReady
  readonly #server: ChildProcess

  private constructor(folder: string, ready: ServerReady, server: ChildProcess) {
    this.folder = folder
    this.ready = ready
    this.#server = server
  }

  static async open(profile: string): Promise<Stage> {
    const folder = await mkdtemp(path.join(tmpdir(), 'postern-demo-'))
    const readyFile = path.join(folder, 'ready.json')
    const data = path.join(folder, 'data')
    const server = spawn(
      process.execPath,
      [executable, 'serve', '--data', data, '--port-base', 'auto', '--profile', profile, '--ready-file', readyFile],
      { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] },
    )
    let log = ''
    server.stderr!.on('data', (chunk: Buffer) => (log += chunk))
    for (let waited = 0; !existsSync(readyFile); waited += 20) {
      if (server.exitCode !== null || waited > 30_000) throw new Error(`the server did not start: ${log}`)
      await pause(20)
    }
    return new Stage(folder, JSON.parse(readFileSync(readyFile, 'utf8')) as ServerReady, server)
  }

  /** Runs a command as the administrator. */
  postern(...words: string[]): Promise<RunOutcome> {
    return run([executable, ...words, '--data', path.join(this.folder, 'data')], {})
  }

  /** Runs the mail program with its settings in the environment. */
  program(job: string, settings: Record<string, string>): Promise<RunOutcome> {
    return run([path.join(import.meta.dirname, 'mail-program.ts'), job], this.#environment(settings))
  }

  /** Starts the mail program in the background; `said` resolves when it has printed a text. */
  leaveRunning(job: string, settings: Record<string, string>) {
    const child = spawn(process.execPath, [path.join(import.meta.dirname, 'mail-program.ts'), job], {
      env: { ...process.env, ...this.#environment(settings) },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    const said = (text: string): Promise<void> =>
      new Promise((resolve, reject) => {
        const look = () => output.includes(text) && resolve()
        child.stdout.on('data', (chunk: Buffer) => {
          output += chunk
          look()
        })
        child.stderr.on('data', (chunk: Buffer) => (output += chunk))
        child.on('exit', () => {
          look()
          reject(new Error(`the program ended without saying "${text}": ${output}`))
        })
        look()
      })
    return { said, end: () => child.kill() }
  }

  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.#server.once('exit', resolve))
    this.#server.kill('SIGTERM')
    await ended
    await rm(this.folder, { recursive: true, force: true })
  }

  #environment(settings: Record<string, string>): Record<string, string> {
    return {
      NODE_EXTRA_CA_CERTS: this.ready.ca,
      AUTHORITY: `${this.ready.https}/${this.ready.tenant.id}`,
      IMAPS_PORT: String(this.ready.ports.imaps),
      POP3S_PORT: String(this.ready.ports.pop3s),
      ...settings,
    }
  }
}

function run(argv: string[], environment: Record<string, string>): Promise<RunOutcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, argv, { env: { ...process.env, ...environment }, cwd: root })
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk))
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk))
    child.on('error', reject)
    child.on('close', (code) => resolve({ code: code ?? 1, stdout, stderr }))
  })
}
