import { createGunzip } from 'node:zlib'
import { Readable } from 'node:stream'
import fastify, {
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type FastifyServerFactory,
} from 'fastify'
import type { HttpAnswer, HttpRequest, HttpService, Route } from '../core/http.ts'
import type { Log } from '../core/log.ts'
import { Refusal } from '../core/refusal.ts'
import type { World } from '../core/world.ts'

/** Largest request body where a route names no bound of its own. */
const BODY_LIMIT = 1024 * 1024
const LONGEST_PARAMETER = 2048

/** Milliseconds that a client has for a request's headers, for the whole of it, between two, and to say anything. */
const PATIENCE = { headersTimeout: 30_000, requestTimeout: 300_000, keepAliveTimeout: 65_000, timeout: 120_000 }

/**
 * The one adapter between our routes, which are data, and fastify.
 * `base` is the server's own URL, for requests whose Host header is no host.
 */
export function createHttp(deps: {
  services: readonly HttpService[]
  world: World
  log: Log
  base: () => string
  serverFactory?: FastifyServerFactory
}): FastifyInstance {
  const { services, world, log, base } = deps
  const app = fastify({
    bodyLimit: BODY_LIMIT,
    genReqId: () => world.guid(),
    routerOptions: { caseSensitive: false, ignoreTrailingSlash: true, maxParamLength: LONGEST_PARAMETER },
    rewriteUrl: ({ url = '/' }) => services.find((it) => it.owns(pathOf(url)))?.rewrite?.(url) ?? url,
    frameworkErrors: (thrown, request, reply) => void answerFailure(thrown, request as FastifyRequest, reply),
    ...(deps.serverFactory ? { serverFactory: deps.serverFactory } : {}),
  })

  // fastify sets none of these on a server that it did not make.
  Object.assign(app.server, PATIENCE)

  const requestOf = (from: FastifyRequest): HttpRequest => {
    const path = pathOf(from.url)
    return {
      method: from.method,
      path,
      params: (from.params ?? {}) as Record<string, string>,
      query: queryOf(from.url),
      headers: from.headers as HttpRequest['headers'],
      body: Buffer.isBuffer(from.body) ? from.body : Buffer.alloc(0),
      from: from.ip.replace(/^::ffff:/, ''),
      base: /^[\w.-]+(:\d+)?$|^\[[\da-f:]+\](:\d+)?$/i.test(from.host) ? `https://${from.host}` : base(),
      id: from.id,
      log: new RequestLog(log, from.id),
    }
  }

  async function answerFailure(thrown: unknown, from: FastifyRequest, reply: FastifyReply): Promise<void> {
    const request = requestOf(from)
    const expected = expectedRefusal(thrown)
    if (thrown !== undefined && !expected) request.log.error({ err: thrown, path: request.path }, 'a request failed')
    const service = services.find((it) => it.owns(request.path))
    await send(reply, service ? service.failure(expected ?? thrown, request) : plainFailure(expected ?? thrown))
  }

  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  app.addHook('preParsing', (request, _reply, payload, done) => {
    // RFC 9110 §8.4.1: codings are named in any letter case.
    const coding = request.headers['content-encoding']?.trim().toLowerCase() ?? ''
    // Seen: scripts for Exchange Online name the character set where the coding belongs.
    if (coding === '' || coding === 'identity' || coding === 'utf-8') return done(null, payload)
    if (coding !== 'gzip' && coding !== 'x-gzip') {
      return done(new Refusal('bad-syntax', 'A request body is taken plain or with Content-Encoding: gzip'))
    }
    // fastify holds what was received against Content-Length by this count.
    const opened = Object.assign(createGunzip(), { receivedEncodedLength: 0 })
    payload.on('data', (chunk: Buffer) => (opened.receivedEncodedLength += chunk.length))
    payload.on('error', (thrown) => opened.destroy(thrown))
    // Nobody listens where the body is not read, or no more: an error that nobody hears would end the process.
    opened.on('error', () => {})
    done(null, payload.pipe(opened))
  })
  app.setNotFoundHandler((request, reply) => answerFailure(undefined, request, reply))
  app.setErrorHandler((thrown, request, reply) => answerFailure(thrown, request, reply))
  for (const service of services) for (const route of service.routes) register(app, route, requestOf)
  return app
}

function register(app: FastifyInstance, route: Route, requestOf: (from: FastifyRequest) => HttpRequest): void {
  app.route({
    method: route.verb,
    url: route.path,
    ...(route.bodyLimit === undefined ? {} : { bodyLimit: route.bodyLimit }),
    ...(route.admit ? { onRequest: async (from) => void (await route.admit?.(requestOf(from))) } : {}),
    handler: async (from, reply) => send(reply, await route.run(requestOf(from))),
  })
}

async function send(reply: FastifyReply, answer: HttpAnswer): Promise<FastifyReply> {
  reply.code(answer.status)
  if (answer.headers) reply.headers(answer.headers)
  const { body } = answer
  if (body === undefined) return reply.send()
  if (typeof body === 'string') return reply.send(body)
  if (body instanceof Uint8Array) return reply.send(Buffer.from(body.buffer, body.byteOffset, body.byteLength))
  if (Symbol.asyncIterator in body) return reply.send(Readable.from(body))
  if (!reply.hasHeader('content-type')) reply.header('content-type', 'application/json; charset=utf-8')
  return reply.send(JSON.stringify(body))
}

/** Names the request in all that it says. Most requests say nothing. */
class RequestLog implements Log {
  readonly #log: Log
  readonly #id: string
  #own: Log | undefined

  constructor(log: Log, id: string) {
    this.#log = log
    this.#id = id
  }

  debug(fields: object, text: string): void {
    this.#named().debug(fields, text)
  }

  info(fields: object, text: string): void {
    this.#named().info(fields, text)
  }

  warn(fields: object, text: string): void {
    this.#named().warn(fields, text)
  }

  error(fields: object, text: string): void {
    this.#named().error(fields, text)
  }

  child(fields: object): Log {
    return this.#named().child(fields)
  }

  #named(): Log {
    return (this.#own ??= this.#log.child({ request: this.#id }))
  }
}

const queryOf = (url: string): URLSearchParams =>
  url.includes('?') ? new URL(url, 'https://localhost').searchParams : new URLSearchParams()

const pathOf = (url: string): string => url.split('?', 1)[0]!

/** What the HTTP layer itself refuses, in our words; its other errors are bugs and stay as they are. */
function expectedRefusal(thrown: unknown): Refusal | undefined {
  if (thrown instanceof Refusal) return thrown
  const status = (thrown as { statusCode?: unknown } | undefined)?.statusCode
  if (status === 413) return new Refusal('too-big', 'The request body is too large')
  if (typeof status === 'number' && status >= 400 && status < 500) return new Refusal('bad-syntax', 'Malformed request')
  if ((thrown as { code?: unknown } | undefined)?.code === 'Z_DATA_ERROR') {
    return new Refusal('bad-syntax', 'The request body is not what its Content-Encoding says')
  }
  return undefined
}

function plainFailure(thrown: unknown): HttpAnswer {
  if (thrown === undefined) return { status: 404, body: { error: { code: 'NotFound', message: 'Nothing is here' } } }
  if (thrown instanceof Refusal) {
    const status = thrown.reason === 'too-big' ? 413 : 400
    return { status, body: { error: { code: 'BadRequest', message: thrown.message } } }
  }
  return { status: 500, body: { error: { code: 'InternalServerError', message: 'Something went wrong here' } } }
}
