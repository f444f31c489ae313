import type { Socket } from 'node:net'
import { dial, type Place } from '../clients/place.ts'

/** A connection that sends what it likes and waits for what it expects. */
export class Talk {
  readonly socket: Socket
  readonly closed: Promise<void>
  #received = ''
  #wake: () => void = () => undefined

  constructor(place: Place) {
    this.socket = dial(place)
    this.socket.setEncoding('latin1')
    this.socket.on('data', (text: string) => {
      this.#received = (this.#received + text).slice(-4096)
      this.#wake()
    })
    this.socket.on('error', () => undefined)
    this.closed = new Promise((resolve) => {
      this.socket.once('close', () => {
        resolve()
        this.#wake()
      })
    })
  }

  say(text: string): void {
    if (!this.socket.destroyed) this.socket.write(text, 'latin1')
  }

  /** Resolves to what matched; to nothing when the server closes the connection. */
  async hear(pattern: RegExp): Promise<string | undefined> {
    for (;;) {
      const found = pattern.exec(this.#received)
      if (found) {
        this.#received = this.#received.slice(found.index + found[0].length)
        return found[0]
      }
      if (this.socket.destroyed) return undefined
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  drop(): void {
    this.socket.destroy()
  }
}
