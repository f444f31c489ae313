import type { Socket } from 'node:net'
import { openSocket, type Endpoint } from './endpoint.ts'

/** The reply to a command. */
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
  static open(place: Endpoint): Promise<ImapClient> {
    return new Promise((resolve, reject) => {
      const client = new ImapClient(openSocket(place))
      client.#greeted = { resolve: () => resolve(client), reject }
    })
  }

  /** Opens and signs in. */
  static async signIn(place: Endpoint, user: string, token: string): Promise<ImapClient> {
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

const LF = 10
const CR = 13
const STAR = 42
const PLUS = 43
const ZERO = 48
const NINE = 57
const OPEN = 123
const CLOSE = 125

/** Receives the findings of a scanner. Octets are not copied, and are valid until the call returns. */
interface ScannerNews {
  /** An untagged response; `bytes` from `from` up to `to` are its first line, CRLF included. */
  untagged(bytes: Buffer, from: number, to: number): void
  tagged(line: string): void
  /** A continuation request. */
  proceed(): void
}

/**
 * Cuts what an IMAP server sends into responses without looking into them: line ends are searched, literals leapt over.
 * Cheap on purpose, since the client shares the machine with the server that it measures.
 */
export class ImapScanner {
  /** Octets that came in. */
  octets = 0
  /** Octets of literals that were leapt over. */
  literalOctets = 0
  readonly #news: ScannerNews
  /** The beginning of a line whose end has not come yet. */
  #begun: Buffer[] = []
  /** Octets of a literal that have not come yet. */
  #leap = 0
  /** Whether the next line goes on with a response after its literal. */
  #inResponse = false

  constructor(news: ScannerNews) {
    this.#news = news
  }

  push(chunk: Buffer): void {
    this.octets += chunk.length
    let at = Math.min(this.#leap, chunk.length)
    this.#leap -= at
    while (at < chunk.length) {
      const end = chunk.indexOf(LF, at) + 1
      if (end === 0) {
        this.#begun.push(chunk.subarray(at))
        return
      }
      const literal = this.#begun.length === 0 ? this.#line(chunk, at, end) : this.#joinedLine(chunk, at, end)
      at = end + literal
      if (at > chunk.length) {
        this.#leap = at - chunk.length
        return
      }
    }
  }

  #joinedLine(chunk: Buffer, from: number, to: number): number {
    const line = Buffer.concat([...this.#begun, chunk.subarray(from, to)])
    this.#begun = []
    return this.#line(line, 0, line.length)
  }

  /** Takes in one line and returns the length of the literal that follows it. */
  #line(bytes: Buffer, from: number, to: number): number {
    const first = bytes[from]
    if (this.#inResponse || first === STAR) {
      const literal = literalAtEnd(bytes, from, to)
      if (!this.#inResponse) this.#news.untagged(bytes, from, to)
      this.#inResponse = literal >= 0
      this.literalOctets += Math.max(0, literal)
      return Math.max(0, literal)
    }
    if (first === PLUS) this.#news.proceed()
    else this.#news.tagged(bytes.toString('latin1', from, to - 2))
    return 0
  }
}

/** The number in the `{n}` before a CRLF, or -1. */
function literalAtEnd(bytes: Buffer, from: number, to: number): number {
  if (bytes[to - 3] !== CLOSE || bytes[to - 2] !== CR) return -1
  let at = to - 4
  let value = 0
  for (let weight = 1; at > from && bytes[at]! >= ZERO && bytes[at]! <= NINE; at -= 1, weight *= 10) {
    value += (bytes[at]! - ZERO) * weight
  }
  return at < to - 4 && bytes[at] === OPEN ? value : -1
}

/** The initial response of SASL XOAUTH2, in base64. */
export const xoauth2 = (user: string, token: string): string =>
  Buffer.from(`user=${user}\x01auth=Bearer ${token}\x01\x01`).toString('base64')
