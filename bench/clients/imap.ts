import type { Socket } from 'node:net'
import { ImapScanner } from './imap-scanner.ts'
import { dial, type Place } from './place.ts'
import { xoauth2 } from './xoauth2.ts'

/** What a command brought. */
export interface ImapReply {
  /** The tagged response without its tag. */
  readonly text: string
  /** How many untagged responses came meanwhile. */
  readonly untagged: number
  /** Their first lines, where they were asked for. */
  readonly lines: readonly string[]
}

interface Waiting {
  readonly tag: string
  readonly keepLines: boolean
  readonly lines: string[]
  untagged: number
  readonly proceed?: () => void
  readonly resolve: (reply: ImapReply) => void
  readonly reject: (reason: Error) => void
}

export interface Appended {
  readonly flags?: string
  /** As IMAP writes it. */
  readonly date?: string
}

/** An IMAP connection for measuring: commands may be sent before earlier ones are answered; a NO or BAD is an error. */
export class ImapClient {
  /** Called with each untagged response, whatever it belongs to. */
  onUntagged: ((bytes: Buffer, from: number, to: number) => void) | undefined
  readonly #socket: Socket
  readonly #scanner: ImapScanner
  #waiting: Waiting[] = []
  #greeted: { resolve: () => void; reject: (reason: Error) => void } | undefined
  #tags = 0
  #ended: Error | undefined

  private constructor(socket: Socket) {
    this.#socket = socket
    this.#scanner = new ImapScanner({
      untagged: (bytes, from, to) => this.#untagged(bytes, from, to),
      tagged: (line) => this.#tagged(line),
      proceed: () => this.#waiting[0]?.proceed?.(),
    })
    socket.on('data', (chunk: Buffer) => this.#scanner.push(chunk))
    socket.on('error', (thrown) => this.#end(thrown))
    socket.on('close', () => this.#end(new Error('The server closed the connection')))
  }

  /** Resolves when the server has greeted. */
  static open(place: Place): Promise<ImapClient> {
    return new Promise((resolve, reject) => {
      const client = new ImapClient(dial(place))
      client.#greeted = { resolve: () => resolve(client), reject }
    })
  }

  /** Opens and signs in. */
  static async signIn(place: Place, user: string, token: string): Promise<ImapClient> {
    const client = await ImapClient.open(place)
    await client.authenticate(user, token)
    return client
  }

  get octets(): number {
    return this.#scanner.octets
  }

  get literalOctets(): number {
    return this.#scanner.literalOctets
  }

  /** With an initial response, RFC 4959; the empty answer ends the exchange when the server explains a refusal. */
  async authenticate(user: string, token: string): Promise<void> {
    await this.#send(`AUTHENTICATE XOAUTH2 ${xoauth2(user, token)}`, { proceed: () => this.#socket.write('\r\n') })
  }

  async capabilities(): Promise<ReadonlySet<string>> {
    const { lines } = await this.ask('CAPABILITY')
    return new Set(lines.flatMap((line) => line.split(' ').slice(2)))
  }

  /** Sends a command. */
  run(command: string): Promise<ImapReply> {
    return this.#send(command)
  }

  /** Sends a command and keeps the lines that answer it. */
  ask(command: string): Promise<ImapReply> {
    return this.#send(command, { keepLines: true })
  }

  /** Adds messages, several in one command where the server knows MULTIAPPEND (RFC 3502); literals as in RFC 7888. */
  append(folder: string, messages: readonly Buffer[], { flags, date }: Appended = {}): Promise<ImapReply> {
    const marks = `${flags === undefined ? '' : ` (${flags})`}${date === undefined ? '' : ` "${date}"`}`
    this.#socket.cork()
    const replied = this.#expect({})
    this.#socket.write(`${tagOf(this.#tags)} APPEND ${folder}`, 'latin1')
    for (const message of messages) {
      this.#socket.write(`${marks} {${message.length}+}\r\n`, 'latin1')
      this.#socket.write(message)
    }
    this.#socket.write('\r\n', 'latin1')
    this.#socket.uncork()
    return replied
  }

  /** Begins IDLE; resolves when the server waits. */
  idle(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#send('IDLE', { proceed: resolve }).catch(reject)
    })
  }

  async logout(): Promise<void> {
    await this.#send('LOGOUT')
    this.drop()
  }

  /** Leaves without a word. */
  drop(): void {
    this.#end(new Error('The connection was dropped'))
    this.#socket.destroy()
  }

  #send(command: string, how: { keepLines?: boolean; proceed?: () => void } = {}): Promise<ImapReply> {
    const replied = this.#expect(how)
    if (!this.#ended) this.#socket.write(`${tagOf(this.#tags)} ${command}\r\n`, 'latin1')
    return replied
  }

  #expect({ keepLines = false, proceed }: { keepLines?: boolean; proceed?: () => void }): Promise<ImapReply> {
    if (this.#ended) return Promise.reject(this.#ended)
    const tag = tagOf((this.#tags += 1))
    return new Promise((resolve, reject) => {
      this.#waiting.push({ tag, keepLines, lines: [], untagged: 0, ...(proceed ? { proceed } : {}), resolve, reject })
    })
  }

  #untagged(bytes: Buffer, from: number, to: number): void {
    if (this.#greeted) {
      this.#greeted.resolve()
      this.#greeted = undefined
      return
    }
    const waiting = this.#waiting[0]
    if (waiting) {
      waiting.untagged += 1
      if (waiting.keepLines) waiting.lines.push(bytes.toString('latin1', from, to - 2))
    }
    this.onUntagged?.(bytes, from, to)
  }

  #tagged(line: string): void {
    const waiting = this.#waiting.shift()
    if (!waiting || !line.startsWith(`${waiting.tag} `)) return this.#end(new Error(`Nobody waits for: ${line}`))
    const text = line.slice(waiting.tag.length + 1)
    if (text.startsWith('OK')) waiting.resolve({ text, untagged: waiting.untagged, lines: waiting.lines })
    else waiting.reject(new Error(text))
  }

  #end(reason: Error): void {
    this.#ended ??= reason
    this.#greeted?.reject(reason)
    this.#greeted = undefined
    const waiting = this.#waiting
    this.#waiting = []
    for (const it of waiting) it.reject(reason)
  }
}

const tagOf = (count: number): string => `t${count}`
