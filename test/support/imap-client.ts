import type { Socket } from 'node:net'
import { openSocket, type Endpoint } from '../../bench/clients/endpoint.ts'
import { xoauth2 } from '../../bench/clients/imap.ts'

const REPLY_TIMEOUT = 10_000

export interface ImapReply {
  /**
   * Untagged responses, literals in place, without `* ` and the last CRLF; one with a tag not ours as `BAD [STRAY]`.
   */
  readonly untagged: readonly string[]
  /** The tagged response without its tag. */
  readonly tagged: string
}

/** An IMAP connection that shows what it hears; text is latin1, one character an octet. One command at a time. */
export class ImapClient {
  readonly #socket: Socket
  readonly #patience: number
  #received = ''
  #scanned = 0
  #ended: Error | undefined
  #woken: (() => void) | undefined
  #tags = 0
  readonly #early: string[] = []
  /** Resolves when the connection has ended. */
  readonly ended: Promise<void>

  private constructor(socket: Socket, patience: number) {
    this.#patience = patience
    this.#socket = socket
    this.ended = new Promise((resolve) => void socket.once('close', () => resolve()))
    socket.on('data', (chunk: Buffer) => {
      this.#received += chunk.toString('latin1')
      this.#woken?.()
    })
    socket.on('error', (thrown) => this.#end(thrown))
    socket.on('close', () => this.#end(new Error('The connection ended')))
  }

  static async signIn(
    place: Endpoint,
    user: string,
    token: string,
    patience: number = REPLY_TIMEOUT,
  ): Promise<ImapClient> {
    const client = new ImapClient(openSocket(place), patience)
    await client.#response()
    const { tagged } = await client.run(`AUTHENTICATE XOAUTH2 ${xoauth2(user, token)}`)
    if (!tagged.startsWith('OK')) throw new Error(tagged)
    return client
  }

  /** Sends a command, its literals in it, and waits for its tagged response. */
  run(command: string): Promise<ImapReply> {
    const tag = `t${(this.#tags += 1)}`
    this.#socket.write(`${tag} ${command}\r\n`, 'latin1')
    return this.#answerTo(tag)
  }

  /** Begins IDLE; resolves when the server waits. */
  async idle(): Promise<void> {
    this.#socket.write(`t${(this.#tags += 1)} IDLE\r\n`, 'latin1')
    for (;;) {
      const response = await this.#response()
      if (response.startsWith('+')) return
      if (!response.startsWith('* ')) throw new Error(response)
      this.#early.push(response.slice(2))
    }
  }

  /** Waits in IDLE for an untagged response of that form. Returns it. */
  async heard(form: RegExp): Promise<string> {
    for (;;) {
      const response = (await this.#response()).replace(/^\* /, '')
      if (form.test(response)) return response
    }
  }

  /** Ends IDLE. */
  done(): Promise<ImapReply> {
    this.#socket.write('DONE\r\n', 'latin1')
    return this.#answerTo(`t${this.#tags}`)
  }

  drop(): void {
    this.#end(new Error('The connection was dropped'))
    this.#socket.destroy()
  }

  [Symbol.dispose](): void {
    this.drop()
  }

  async #answerTo(tag: string): Promise<ImapReply> {
    const untagged: string[] = this.#early.splice(0)
    for (;;) {
      const response = await this.#response()
      if (response.startsWith('* ')) untagged.push(response.slice(2))
      else if (response.startsWith(`${tag} `)) return { untagged, tagged: response.slice(tag.length + 1) }
      else if (!response.startsWith('+')) untagged.push(`BAD [STRAY] ${response}`)
    }
  }

  /** One whole response: lines end with CRLF, except those that announce a literal. */
  async #response(): Promise<string> {
    const deadline = setTimeout(() => this.#end(new Error('The server is silent')), this.#patience)
    try {
      for (;;) {
        const end = this.#endOfResponse()
        if (end >= 0) {
          const response = this.#received.slice(0, end - 2)
          this.#received = this.#received.slice(end)
          this.#scanned = 0
          return response
        }
        if (this.#ended) throw this.#ended
        await new Promise<void>((resolve) => (this.#woken = resolve))
      }
    } finally {
      clearTimeout(deadline)
    }
  }

  #endOfResponse(): number {
    for (;;) {
      const end = this.#received.indexOf('\r\n', this.#scanned)
      if (end < 0) return -1
      const literal = /\{(\d+)\}$/.exec(this.#received.slice(Math.max(this.#scanned, end - 24), end))
      if (!literal) return end + 2
      const next = end + 2 + Number(literal[1])
      if (this.#received.length < next) return -1
      this.#scanned = next
    }
  }

  #end(reason: Error): void {
    this.#ended ??= reason
    this.#woken?.()
  }
}
