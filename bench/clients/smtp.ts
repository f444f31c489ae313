import type { Socket } from 'node:net'
import { openSocket, type Endpoint } from './endpoint.ts'
import { xoauth2 } from './imap.ts'

/** An SMTP submission connection for measuring: one command after another; a 4xx or 5xx reply is an error. */
export class SmtpClient {
  /** Resolves when the connection has ended. */
  readonly closed: Promise<void>
  readonly #socket: Socket
  #received = ''
  #waiting: PromiseWithResolvers<string> | undefined
  #ended: Error | undefined

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.setEncoding('latin1')
    socket.on('data', (text: string) => this.#take(text))
    socket.on('error', (thrown) => this.#end(thrown))
    this.closed = new Promise((resolve) => {
      socket.once('close', () => {
        this.#end(new Error('The server closed the connection'))
        resolve()
      })
    })
  }

  static async signIn(place: Endpoint, user: string, token: string): Promise<SmtpClient> {
    const client = new SmtpClient(openSocket(place))
    await client.#reply()
    await client.run('EHLO bench.test')
    await client.run(`AUTH XOAUTH2 ${xoauth2(user, token)}`)
    return client
  }

  /** Sends a command and resolves to the last line of the reply. */
  run(command: string): Promise<string> {
    this.write(`${command}\r\n`)
    return this.#reply()
  }

  /** Sends octets that nothing answers. */
  write(text: string): void {
    if (!this.#socket.destroyed) this.#socket.write(text, 'latin1')
  }

  /** Sends octets, and resolves when the system has taken them or the connection has ended. */
  async written(text: string): Promise<void> {
    const taken = new Promise<void>((resolve) => void this.#socket.write(text, 'latin1', () => resolve()))
    await Promise.race([taken, this.closed])
  }

  /** Submits a message that has no line which begins with a full stop. */
  async send(from: string, to: string, message: Buffer): Promise<void> {
    await this.run(`MAIL FROM:<${from}>`)
    await this.run(`RCPT TO:<${to}>`)
    await this.run('DATA')
    this.#socket.write(message)
    await this.run('\r\n.')
  }

  async quit(): Promise<void> {
    await this.run('QUIT')
    this.drop()
  }

  /** Leaves without a word. */
  drop(): void {
    this.#socket.destroy()
  }

  #reply(): Promise<string> {
    this.#waiting = Promise.withResolvers<string>()
    if (this.#ended) this.#waiting.reject(this.#ended)
    return this.#waiting.promise
  }

  #take(text: string): void {
    this.#received += text
    const last = /^\d{3} .*\r\n$/m.exec(this.#received)?.[0].trimEnd()
    if (last === undefined) return
    this.#received = ''
    if (last < '4') this.#waiting?.resolve(last)
    else this.#waiting?.reject(new Error(last))
  }

  #end(reason: Error): void {
    this.#ended ??= reason
    this.#waiting?.reject(this.#ended)
  }
}
