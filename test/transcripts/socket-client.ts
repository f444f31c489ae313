import { connect as connectTcp, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'

/** How long a test waits for octets that should have come. */
const PATIENCE = 5000

/** A client that speaks lines and octets and knows no protocol; text is latin1, one character an octet. */
export class SocketClient {
  #socket: Socket
  #received = ''
  #over = false
  #woken: (() => void) | undefined

  private constructor(socket: Socket) {
    this.#socket = socket
    this.#listen(socket)
  }

  static async connect(port: number, options: { host?: string; tls?: boolean } = {}): Promise<SocketClient> {
    const where = { port, host: options.host ?? '127.0.0.1' }
    const socket = options.tls ? connectTls({ ...where, rejectUnauthorized: false }) : connectTcp(where)
    await settled(socket, options.tls ? 'secureConnect' : 'connect')
    return new SocketClient(socket)
  }

  /** Received text that was not read yet. */
  get unread(): string {
    return this.#received
  }

  send(text: string): void {
    this.#socket.write(text, 'latin1')
  }

  /** The next line without its CRLF; undefined when the server ends the connection first. */
  async line(): Promise<string | undefined> {
    await this.#until(() => this.#received.includes('\n'), 'a line')
    const end = this.#received.indexOf('\n')
    if (end < 0) return undefined
    return this.#take(end + 1).replace(/\r?\n$/, '')
  }

  /** Lines up to and without the one that `last` accepts. */
  async linesUntil(last: (line: string) => boolean): Promise<string[]> {
    const lines: string[] = []
    for (;;) {
      const line = await this.line()
      if (line === undefined) throw new Error(`The connection ended after ${lines.length} lines`)
      if (last(line)) return lines
      lines.push(line)
    }
  }

  /** Exactly so many octets, or fewer when the server ends the connection. */
  async octets(count: number): Promise<string> {
    await this.#until(() => this.#received.length >= count, `${count} octets`)
    return this.#take(count)
  }

  /** Resolves with what was left to read when the server has ended the connection. */
  async closed(): Promise<string> {
    await this.#until(() => this.#over, 'the end of the connection')
    return this.#take(this.#received.length)
  }

  async startTls(): Promise<void> {
    this.#socket.removeAllListeners()
    const socket = connectTls({ socket: this.#socket, rejectUnauthorized: false })
    this.#socket = socket
    this.#listen(socket)
    await settled(socket, 'secureConnect')
  }

  /** Says that nothing more will be sent. */
  end(): void {
    this.#socket.end()
  }

  /** Reads nothing more until {@link resume}. */
  pause(): void {
    this.#socket.pause()
  }

  resume(): void {
    this.#socket.resume()
  }

  /** Ends the connection with a TCP reset, so that the server knows that nobody reads any more. */
  reset(): void {
    this.#socket.resetAndDestroy()
  }

  destroy(): void {
    this.#socket.destroy()
  }

  #listen(socket: Socket): void {
    const over = (): void => {
      this.#over = true
      this.#woken?.()
    }
    socket.on('data', (chunk: Buffer) => {
      this.#received += chunk.toString('latin1')
      this.#woken?.()
    })
    socket.on('end', over).on('close', over).on('error', over)
  }

  #take(count: number): string {
    const taken = this.#received.slice(0, count)
    this.#received = this.#received.slice(count)
    return taken
  }

  async #until(met: () => boolean, what: string): Promise<void> {
    const deadline = Date.now() + PATIENCE
    while (!met() && !this.#over) {
      const left = deadline - Date.now()
      if (left <= 0) throw new Error(`waited in vain for ${what}; had ${JSON.stringify(this.#received.slice(0, 200))}`)
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left)
        this.#woken = () => {
          clearTimeout(timer)
          resolve()
        }
      })
      this.#woken = undefined
    }
  }
}

const settled = (socket: Socket, event: 'connect' | 'secureConnect'): Promise<void> =>
  new Promise((resolve, reject) => {
    socket.once(event, () => {
      socket.off('error', reject)
      resolve()
    })
    socket.once('error', reject)
  })
