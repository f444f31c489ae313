import { type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import type { HttpAnswer } from '../../core/http.ts'
import { Refusal } from '../../core/refusal.ts'
import type { World } from '../../core/world.ts'

/** Refusals of the HTTP layer in our words; its other errors are bugs and stay unchanged. */
export function expectedRefusal(thrown: unknown): Refusal | undefined {
  if (thrown instanceof Refusal) return thrown
  const status = (thrown as { statusCode?: unknown } | undefined)?.statusCode
  return typeof status === 'number' && status >= 400 && status < 500
    ? new Refusal('bad-syntax', 'Malformed request')
    : undefined
}

/** The answer if the path belongs to no service; `undefined` means "no such route". */
export function plainFailure(thrown: unknown): HttpAnswer {
  if (thrown === undefined) return plainError(404, 'NotFound', 'Nothing is here')
  if (thrown instanceof Refusal) return plainError(400, 'BadRequest', thrown.message)
  return plainError(500, 'InternalServerError', 'Something went wrong here')
}

const plainError = (status: number, code: string, message: string) => ({
  status,
  body: { error: { code, message } },
})

/** Milliseconds for a client to close its side after the answer to an invalid request. */
const LINGER = 2000

/** Error codes of llhttp and node:http that are answered. Any other error is about the connection. */
const faults: Readonly<Record<string, ReturnType<typeof plainError>>> = {
  HPE_HEADER_OVERFLOW: plainError(431, 'RequestHeaderFieldsTooLarge', 'The header section is too large'),
  HPE_CHUNK_EXTENSIONS_OVERFLOW: plainError(413, 'PayloadTooLarge', 'The chunk extensions are too large'),
  ERR_HTTP_REQUEST_TIMEOUT: plainError(408, 'RequestTimeout', 'The request did not arrive in time'),
}
const malformed = plainError(400, 'BadRequest', 'Malformed request')
const noTunnel = plainError(405, 'MethodNotAllowed', 'This server is not a proxy')

/** Answers messages that cannot be parsed, and CONNECT. Each answer ends its connection. */
export class BrokenRequests {
  readonly #world: World
  /** The last answer on each connection, complete or not. */
  readonly #answers = new WeakMap<Duplex, ServerResponse>()

  constructor(world: World) {
    this.#world = world
  }

  watch(server: Server): void {
    server.on('request', (request: IncomingMessage, answer: ServerResponse) => {
      this.#answers.set(request.socket, answer)
    })
    // RFC 9110 §9.3.6; without a listener Node closes the connection without an answer.
    server.on('connect', (_: IncomingMessage, socket: Duplex) =>
      this.#end(socket, noTunnel, 'allow: GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS\r\n'),
    )
  }

  /** Listens to `clientError`. */
  answer({ code = '' }: NodeJS.ErrnoException, socket: Duplex): void {
    const found = faults[code] ?? (code.startsWith('HPE_') ? malformed : undefined)
    const answer = this.#answers.get(socket)
    const under = answer !== undefined && !answer.writableFinished
    // Otherwise the client could read this as the answer to an earlier request, or as the rest of an unfinished one.
    const confusing = under && (answer.headersSent || answer.req.complete)
    if (found === undefined || confusing || !socket.writable) socket.destroy()
    else this.#end(socket, found)
  }

  #end(socket: Duplex, { status, body }: ReturnType<typeof plainError>, further = ''): void {
    const text = JSON.stringify(body)
    const stop = this.#world.after(LINGER, () => socket.destroy())
    socket.on('error', () => {}).on('close', stop)
    socket.end(
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${further}connection: close\r\n` +
        `content-type: application/json; charset=utf-8\r\ncontent-length: ${text.length}\r\n\r\n${text}`,
    )
  }
}
