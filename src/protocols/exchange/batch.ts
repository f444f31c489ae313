import type { HttpAnswer, HttpRequest } from '../../core/http.ts'
import { Refusal, refuse } from '../../core/refusal.ts'
import { inputIn } from './cmdlet-input.ts'
import { envelope } from './envelope.ts'
import { failure } from './failure.ts'
import { cmdletRequest, type ExchangeDeps, invokedBy } from './invoke-command.ts'
import { trimEndOf } from '../../core/trim-end.ts'
import { type Administrator } from '../../access/admin/decide.ts'

/** docs/reference/exchange-admin.md §9.5. */
const MOST_REQUESTS = 10

/** One request of a batch. Whatever is no object or has no id is answered too, under the id that it has. */
interface Part {
  readonly id: string
  readonly method: string
  readonly url: string
  readonly body: unknown
  readonly headers: Readonly<Record<string, string>>
}

/** `POST …/$batch`: some commands in one request, by one caller, each with an answer of its own. */
export async function runBatch(deps: ExchangeDeps, request: HttpRequest, caller: Administrator): Promise<HttpAnswer> {
  const parts = partsOf(request.body)
  const responses: object[] = []
  // In their order: a request may depend on an earlier one.
  for (const part of parts) responses.push(await answered(deps, request, caller, part))
  const { status, headers = {} } = envelope(request, deps.world, { value: [] })
  return { status, headers, body: { responses } }
}

async function answered(deps: ExchangeDeps, whole: HttpRequest, caller: Administrator, part: Part): Promise<object> {
  const request = requestOf(deps, whole, part)
  const { status, headers, body } = await invokedPart(deps, request, caller, part)
  return { id: part.id, status, headers: { 'Content-Type': headers?.['content-type'] }, body }
}

async function invokedPart(
  deps: ExchangeDeps,
  request: HttpRequest,
  caller: Administrator,
  { body }: Part,
): Promise<HttpAnswer> {
  try {
    const [, named] = /^\/adminapi\/(?:beta|v1\.0)\/([\w.-]+)\/invokecommand$/i.exec(request.path) ?? []
    if (named === undefined || request.method !== 'POST') {
      return refuse('bad-syntax', 'A request of a batch is a POST to InvokeCommand.')
    }
    // Who calls was settled for the tenant of the batch.
    const tenant = await deps.directory.tenants.find(named)
    if (tenant?.id !== caller.tenant) refuse('bad-syntax', 'The requests of a batch are for the tenant of the batch.')
    return await invokedBy(deps, request, caller, cmdletRequest(request, inputIn(body)))
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) request.log.error({ err: thrown }, 'a request of a batch failed')
    return failure(thrown, request)
  }
}

/** The part as a request of its own: what its headers do not say, those of the batch do. */
function requestOf({ world }: ExchangeDeps, whole: HttpRequest, part: Part): HttpRequest {
  const base = new URL(whole.path.replace(/\/[^/]*\/?$/, '/'), whole.base)
  // Seen: the host of the real service, a path, or the last segment alone.
  const url = URL.parse(part.url, base.href) ?? base
  return {
    ...whole,
    method: part.method.toUpperCase(),
    path: trimEndOf(url.pathname, '/'),
    query: url.searchParams,
    headers: { ...whole.headers, ...part.headers },
    body: new Uint8Array(),
    id: world.guid(),
  }
}

function partsOf(body: Uint8Array): readonly Part[] {
  const requests = listIn(body)
  if (requests.length === 0 || requests.length > MOST_REQUESTS) {
    return refuse('bad-syntax', `A batch holds from 1 to ${MOST_REQUESTS} requests.`)
  }
  const parts = requests.map(partOf)
  if (new Set(parts.map(({ id }) => id)).size < parts.length) {
    return refuse('bad-syntax', 'Each request of a batch has an id of its own.')
  }
  return parts
}

function listIn(body: Uint8Array): readonly unknown[] {
  const malformed = 'The request body has to be {"requests":[{"id":…,"method":"POST","url":…,"body":…},…]} in JSON.'
  try {
    const { requests } = (JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)) ?? {}) as {
      requests?: unknown
    }
    if (Array.isArray(requests)) return requests
  } catch (thrown) {
    if (!(thrown instanceof SyntaxError || thrown instanceof TypeError)) throw thrown
  }
  return refuse('bad-syntax', malformed)
}

function partOf(value: unknown): Part {
  const { id, method, url, body, headers } = (typeof value === 'object' && value !== null ? value : {}) as Partial<
    Record<keyof Part, unknown>
  >
  if ((typeof id !== 'string' && typeof id !== 'number') || String(id).length > 100) {
    return refuse('bad-syntax', 'Each request of a batch has an id of its own.')
  }
  return { id: String(id), method: textOf(method), url: textOf(url), body, headers: headersOf(headers) }
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

const headersOf = (value: unknown): Record<string, string> =>
  Object.fromEntries(
    Object.entries(typeof value === 'object' && value !== null ? value : {}).flatMap(([name, text]) =>
      typeof text === 'string' ? [[name.toLowerCase(), text]] : [],
    ),
  )
