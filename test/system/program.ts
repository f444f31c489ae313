import { type ChildProcess, spawn } from 'node:child_process'
import path from 'node:path'

const PATIENCE = 60_000

export interface Ended {
  readonly code: number | null
  readonly stdout: readonly string[]
  readonly stderr: string
}

/** A client at work, which says on lines of its own what it wants of a person and what it got. */
export class Program {
  readonly #child: ChildProcess
  readonly #ended: Promise<Ended>
  readonly #waiting = new Set<() => void>()
  #stdout = ''
  #stderr = ''
  #gone = false

  constructor(command: string, words: readonly string[], env: Record<string, string>) {
    this.#child = spawn(command, words, {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: PATIENCE,
    })
    this.#child.stdout!.on('data', (chunk: Buffer) => this.#hear(() => (this.#stdout += chunk)))
    this.#child.stderr!.on('data', (chunk: Buffer) => this.#hear(() => (this.#stderr += chunk)))
    this.#ended = new Promise((resolve, reject) => {
      this.#child.on('error', reject)
      this.#child.on('close', (code) => {
        this.#hear(() => (this.#gone = true))
        resolve({ code, stdout: this.#stdout.split('\n').filter(Boolean), stderr: this.#stderr })
      })
    })
  }

  /** One of `clients`, run by this Node. */
  static node(file: string, job: string, env: Record<string, string>): Program {
    return new Program(process.execPath, [path.join(import.meta.dirname, 'clients', file), job], env)
  }

  /** One of `clients`, run by Debian's own Python, the one that Debian's packages install into. */
  static python(file: string, job: string, env: Record<string, string>): Program {
    return new Program('/usr/bin/python3', [path.join(import.meta.dirname, 'clients', file), job], env)
  }

  /** The next thing that it asks for: its first line of output. */
  async asks<T>(): Promise<T> {
    while (!this.#stdout.includes('\n')) {
      if (this.#gone) throw new Error(`it ended and asked for nothing: ${this.#stderr}`)
      await new Promise<void>((resolve) => this.#waiting.add(resolve))
    }
    return JSON.parse(this.#stdout.slice(0, this.#stdout.indexOf('\n'))) as T
  }

  /** Returns the result, which is the last line of the output. */
  async gets<T>(): Promise<T> {
    const { code, stdout, stderr } = await this.#ended
    if (code !== 0) throw new Error(`it ended with ${code}: ${stderr}`)
    return JSON.parse(stdout.at(-1)!) as T
  }

  /** Returns the message of its failure. */
  async fails<T>(): Promise<T> {
    const { code, stdout, stderr } = await this.#ended
    if (code === 0) throw new Error(`it did not fail: ${stdout.join('\n')}`)
    return JSON.parse(stderr.trim().split('\n').at(-1)!) as T
  }

  #hear(happened: () => void): void {
    happened()
    for (const wake of this.#waiting) wake()
    this.#waiting.clear()
  }
}
