import { connect, type Socket } from 'node:net'

export interface RawAnswer {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** A connection on which a test writes HTTP octet by octet. */
export class RawHttpClient {
  readonly socket: Socket
  /** Resolves when the connection ends, from either side. */
  readonly closed: Promise<void>
  #received = Buffer.alloc(0)
  #ended = false
  #woken: () => void = () => {}

  constructor(port: number, localAddress = '127.0.0.1', socket = connect({ host: '127.0.0.1', port, localAddress })) {
    this.socket = socket
    this.closed = new Promise((resolve) => {
      socket.on('close', () => {
        this.#ended = true
        this.#woken()
        resolve()
      })
    })
    socket.on('error', () => {})
    socket.on('data', (chunk: Buffer) => {
      this.#received = Buffer.concat([this.#received, chunk])
      this.#woken()
    })
  }

  /** Text is latin1, one character an octet. Resolves when it is with the system. */
  send(data: string | Uint8Array): Promise<void> {
    const octets = typeof data === 'string' ? Buffer.from(data, 'latin1') : data
    return new Promise((resolve) => void this.socket.write(octets, () => resolve()))
  }

  /** The next answer; undefined where the connection ends without one. */
  async answer(): Promise<RawAnswer | undefined> {
    const head = await this.#upTo('\r\n\r\n')
    if (head === undefined) return undefined
    const [line = '', ...fields] = head.split('\r\n')
    const headers = Object.fromEntries(
      fields
        .filter((it) => it !== '')
        .map((it) => [it.slice(0, it.indexOf(':')).toLowerCase(), it.slice(it.indexOf(':') + 1).trim()]),
    )
    const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(line)?.[1])
    // RFC 9112 §6.3: these have no content, whatever their headers say.
    if (status < 200 || status === 204 || status === 304) return { status, headers, body: '' }
    const octets = Number(headers['content-length'] ?? 0)
    while (this.#received.length < octets && !this.#ended) await this.#more()
    const body = this.#received.subarray(0, octets).toString()
    this.#received = this.#received.subarray(octets)
    return { status, headers, body }
  }

  drop(): void {
    this.socket.destroy()
  }

  async #upTo(end: string): Promise<string | undefined> {
    for (;;) {
      const at = this.#received.indexOf(end)
      if (at >= 0) {
        const text = this.#received.toString('latin1', 0, at + end.length)
        this.#received = this.#received.subarray(at + end.length)
        return text
      }
      if (this.#ended) return undefined
      await this.#more()
    }
  }

  #more(): Promise<void> {
    return new Promise((resolve) => {
      this.#woken = resolve
    })
  }
}
