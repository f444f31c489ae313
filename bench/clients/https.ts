import type { Socket } from 'node:net'
import { once } from 'node:events'
import { openSocket, type Endpoint } from './endpoint.ts'

export interface HttpsAnswer {
  readonly status: number
  readonly body: string
}

/** A connection of HTTP/1.1 over TLS that stays open and asks one thing after another. */
export class HttpsClient {
  readonly #socket: Socket
  readonly #host: string
  #received: Buffer = Buffer.alloc(0)
  #waiting: PromiseWithResolvers<HttpsAnswer> | undefined

  private constructor(socket: Socket, { port }: Endpoint) {
    this.#socket = socket
    this.#host = `localhost:${port}`
    socket.on('data', (octets: Buffer) => this.#take(octets))
    socket.on('error', (error) => this.#waiting?.reject(error))
    socket.on('close', () => this.#waiting?.reject(new Error('The server closed the connection')))
  }

  static async open(place: Endpoint): Promise<HttpsClient> {
    const socket = openSocket(place)
    await Promise.race([once(socket, 'secureConnect'), closed(socket)])
    return new HttpsClient(socket, place)
  }

  postForm(path: string, form: string): Promise<HttpsAnswer> {
    return this.ask('POST', path, { 'Content-Type': 'application/x-www-form-urlencoded' }, form)
  }

  ask(method: string, path: string, headers: Readonly<Record<string, string>>, body = ''): Promise<HttpsAnswer> {
    this.#waiting = Promise.withResolvers<HttpsAnswer>()
    const fields = { Host: this.#host, ...headers, ...(body && { 'Content-Length': String(Buffer.byteLength(body)) }) }
    const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`)
    if (this.#socket.destroyed) this.#waiting.reject(new Error('The server closed the connection'))
    else this.#socket.write(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body}`)
    return this.#waiting.promise
  }

  close(): void {
    this.#socket.destroy()
  }

  #take(octets: Buffer): void {
    this.#received = this.#received.length === 0 ? octets : Buffer.concat([this.#received, octets])
    const head = this.#received.indexOf('\r\n\r\n')
    if (head < 0) return
    const headers = this.#received.toString('latin1', 0, head)
    const length = Number(/^content-length: (\d+)/im.exec(headers)?.[1])
    const end = head + 4 + length
    if (this.#received.length < end) return
    const body = this.#received.toString('utf8', head + 4, end)
    this.#received = this.#received.subarray(end)
    this.#waiting?.resolve({ status: Number(headers.slice(9, 12)), body })
  }
}

/** Rejects when the connection ends without an error of its own. */
const closed = (socket: Socket): Promise<never> =>
  new Promise((_, reject) => {
    socket.once('close', () => reject(new Error('The server closed the connection')))
  })
