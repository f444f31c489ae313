import type { Socket } from 'node:net'
import { openSocket, type Endpoint } from './endpoint.ts'
import { xoauth2 } from './imap.ts'

const LF = 10
const OK = Buffer.from('+OK')
const END = Buffer.from('\r\n.\r\n')

interface Waiting {
  readonly many: boolean
  readonly resolve: (reply: string) => void
  readonly reject: (reason: Error) => void
}

/**
 * A POP3 connection for measuring. What RETR brings is counted and not kept; commands may be sent ahead (RFC 2449
 * §6.6).
 */
export class Pop3Client {
  octets = 0
  readonly #socket: Socket
  #waiting: Waiting[] = []
  /** Received octets that are not read yet, because the end of a line or of a long reply is missing. */
  #rest: Buffer | undefined
  /** Whether the status line of an answer of many lines has been read. */
  #inAnswer = false

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.on('data', (chunk: Buffer) => this.#push(chunk))
    socket.on('error', (thrown) => this.#end(thrown))
    socket.on('close', () => this.#end(new Error('The server closed the connection')))
  }

  static async signIn(place: Endpoint, user: string, token: string): Promise<Pop3Client> {
    const client = new Pop3Client(openSocket(place))
    await client.#expect(false)
    await client.run(`AUTH XOAUTH2 ${xoauth2(user, token)}`)
    return client
  }

  /** Sends a command that is answered by one line, and resolves to that line. */
  run(command: string): Promise<string> {
    this.#socket.write(`${command}\r\n`, 'latin1')
    return this.#expect(false)
  }

  /** Sends a command that is answered by many lines; they are counted in `octets`. */
  async runForMany(command: string): Promise<void> {
    this.#socket.write(`${command}\r\n`, 'latin1')
    await this.#expect(true)
  }

  async quit(): Promise<void> {
    await this.run('QUIT')
    this.#socket.destroy()
  }

  #expect(many: boolean): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ many, resolve, reject })
    })
  }

  #push(chunk: Buffer): void {
    this.octets += chunk.length
    const bytes = this.#rest ? Buffer.concat([this.#rest, chunk]) : chunk
    let at = 0
    for (let next = 0; at < bytes.length && next >= 0;) {
      next = this.#inAnswer ? this.#answerEnd(bytes, at) : this.#statusEnd(bytes, at)
      // Of an answer that goes on, the last octets are kept: its end may be cut in two.
      if (next >= 0) at = next
      else if (this.#inAnswer) at = Math.max(at, bytes.length - END.length + 1)
    }
    this.#rest = at < bytes.length ? bytes.subarray(at) : undefined
  }

  #statusEnd(bytes: Buffer, from: number): number {
    const end = bytes.indexOf(LF, from)
    const waiting = this.#waiting[0]
    if (end < 0 || !waiting) return -1
    const line = bytes.toString('latin1', from, end - 1)
    if (bytes.compare(OK, 0, 3, from, from + 3) !== 0) {
      this.#waiting.shift()
      waiting.reject(new Error(line))
    } else if (waiting.many) {
      this.#inAnswer = true
      // The CRLF of the status line may already belong to the end of an empty answer.
      return end - 1
    } else {
      this.#waiting.shift()
      waiting.resolve(line)
    }
    return end + 1
  }

  #answerEnd(bytes: Buffer, from: number): number {
    const end = bytes.indexOf(END, from)
    if (end < 0) return -1
    this.#inAnswer = false
    this.#waiting.shift()?.resolve('+OK')
    return end + END.length
  }

  #end(reason: Error): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const it of waiting) it.reject(reason)
  }
}
