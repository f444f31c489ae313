import { existsSync, mkdirSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { run } from '../support/server-process.ts'

const PATIENCE = 60_000

/** A program in a terminal of its own, as one would see it. */
export class Terminal {
  readonly #socket: string

  private constructor(socket: string) {
    this.#socket = socket
  }

  static async start(folder: string, command: string, env: Record<string, string>): Promise<Terminal> {
    mkdirSync(folder, { recursive: true })
    const terminal = new Terminal(path.join(folder, 'terminal'))
    const size = ['-x', '140', '-y', '40']
    const variables = Object.entries({ ...env, LC_ALL: 'C.UTF-8' }).flatMap(([name, value]) => [
      '-e',
      `${name}=${value}`,
    ])
    await terminal.#tmux(['-f', '/dev/null', 'new-session', '-d', ...size, ...variables, command])
    return terminal
  }

  /** Types keys by their names in tmux. */
  type(...keys: string[]): Promise<unknown> {
    return this.#tmux(['send-keys', ...keys])
  }

  async screen(): Promise<string> {
    return (await this.#tmux(['capture-pane', '-p'])).stdout
  }

  /** Waits until the program shows it. */
  async shows(text: string | RegExp): Promise<void> {
    for (let waited = 0; waited < PATIENCE; waited += 50) {
      const screen = await this.screen()
      if (typeof text === 'string' ? screen.includes(text) : text.test(screen)) return
      await pause(50)
    }
    throw new Error(`${String(text)} did not appear:\n${await this.screen()}`)
  }

  /** Waits until the program has ended. */
  async ended(): Promise<void> {
    for (let waited = 0; waited < PATIENCE; waited += 50) {
      const { code } = await run('tmux', ['-S', this.#socket, 'has-session'])
      if (code !== 0) return
      await pause(50)
    }
    throw new Error(`The program does not end:\n${await this.screen()}`)
  }

  async close(): Promise<void> {
    if (existsSync(this.#socket)) await run('tmux', ['-S', this.#socket, 'kill-server'])
  }

  async #tmux(words: readonly string[]): Promise<{ stdout: string }> {
    const outcome = await run('tmux', ['-S', this.#socket, ...words])
    if (outcome.code !== 0) throw new Error(`tmux ${words[0]}: ${outcome.stderr}`)
    return outcome
  }
}
