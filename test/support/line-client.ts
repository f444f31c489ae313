import type { Socket } from 'node:net'
import { openSocket, type Endpoint } from '../../bench/clients/endpoint.ts'
import { xoauth2 } from '../../bench/clients/imap.ts'

const REPLY_TIMEOUT = 20_000

/** A connection that talks in lines; text is latin1, one character an octet. */
export class LineClient {
  readonly #socket: Socket
  #received = ''
  #ended: Error | undefined
  #woken: (() => void) | undefined

  constructor(place: Endpoint) {
    this.#socket = openSocket(place)
    this.#socket.on('data', (chunk: Buffer) => {
      this.#received += chunk.toString('latin1')
      this.#woken?.()
    })
    this.#socket.on('error', (thrown) => this.#end(thrown))
    this.#socket.on('close', () => this.#end(new Error('The connection ended')))
  }

  /** A POP3 session, signed in. */
  static async pop3(place: Endpoint, user: string, token: string): Promise<LineClient> {
    const client = new LineClient(place)
    await client.line()
    const answer = await client.ask(`AUTH XOAUTH2 ${xoauth2(user, token)}`)
    if (!answer.startsWith('+OK')) throw new Error(answer)
    return client
  }

  /** An SMTP session, signed in. */
  static async smtp(place: Endpoint, user: string, token: string): Promise<LineClient> {
    const client = new LineClient(place)
    await client.line()
    client.send('EHLO client.example\r\n')
    while ((await client.line()).startsWith('250-'));
    const answer = await client.ask(`AUTH XOAUTH2 ${xoauth2(user, token)}`)
    if (!answer.startsWith('235')) throw new Error(answer)
    return client
  }

  /** SMTP: the reply to a message that ends with CRLF, or to the command that was refused on the way. */
  async deliver(from: string, to: readonly string[], message: string): Promise<string> {
    for (const command of [`MAIL FROM:<${from}>`, ...to.map((it) => `RCPT TO:<${it}>`), 'DATA']) {
      const answer = await this.ask(command)
      if (!/^[23]/.test(answer)) return answer
    }
    return this.ask(`${message.replaceAll(/^\./gm, '..')}.`)
  }

  ask(line: string): Promise<string> {
    this.send(`${line}\r\n`)
    return this.line()
  }

  send(text: string): void {
    this.#socket.write(text, 'latin1')
  }

  /** The next line, without CRLF. */
  line(): Promise<string> {
    return this.#upTo('\r\n')
  }

  /** POP3: the lines up to the one of a dot, dots undone. */
  async lines(): Promise<string> {
    const first = await this.line()
    return first === '.' ? '' : undotted(`${first}\r\n${await this.#rest()}`)
  }

  drop(): void {
    this.#end(new Error('The connection was dropped'))
    this.#socket.destroy()
  }

  [Symbol.dispose](): void {
    this.drop()
  }

  async #rest(): Promise<string> {
    let text = ''
    for (let line = await this.line(); line !== '.'; line = await this.line()) text += `${line}\r\n`
    return text
  }

  async #upTo(end: string): Promise<string> {
    const deadline = setTimeout(() => this.#end(new Error('The server is silent')), REPLY_TIMEOUT)
    try {
      for (;;) {
        const at = this.#received.indexOf(end)
        if (at >= 0) {
          const text = this.#received.slice(0, at)
          this.#received = this.#received.slice(at + end.length)
          return text
        }
        if (this.#ended) throw this.#ended
        await new Promise<void>((resolve) => (this.#woken = resolve))
      }
    } finally {
      clearTimeout(deadline)
    }
  }

  #end(reason: Error): void {
    this.#ended ??= reason
    this.#woken?.()
  }
}

const undotted = (text: string): string => text.replaceAll(/^\.\./gm, '.')
