import { createHash } from 'node:crypto'
import { S3mini, S3ServiceError } from 's3mini'
import { yieldToEventLoop } from '../../core/concurrency.ts'
import { MINUTE } from '../../core/time.ts'
import type { World } from '../../core/world.ts'

/** Milliseconds after which a request is given up, with its answer. */
const PATIENCE = MINUTE
/** Milliseconds before the second attempt. Each further pause is four times as long. */
const PAUSE = 100
const ATTEMPTS = 4
/** Octets of a part of a multipart upload. */
export const PART = 8 * 1024 ** 2
/** Octets that are hashed without a pause. */
const HASHED = 1024 ** 2
/** Keys of a page of a list. */
const PAGE = 1000

/**
 * Why a request failed: the object or the bucket does not exist; the server does not accept the key or the rights of its
 * user; the server cannot be reached, is overloaded or has a fault; any other reason.
 */
export type ObjectStoreFault = 'missing' | 'denied' | 'away' | 'other'

export class ObjectStoreError extends Error {
  readonly fault: ObjectStoreFault
  /** The error code of S3 or of the network. */
  readonly code: string

  constructor(fault: ObjectStoreFault, code: string, text: string, cause?: unknown) {
    super(text, { cause })
    this.name = 'ObjectStoreError'
    this.fault = fault
    this.code = code
  }
}

/** Whether an object does not exist. Without its bucket nothing is known about it. */
export const isMissing = (error: unknown): boolean =>
  error instanceof ObjectStoreError && error.fault === 'missing' && error.code !== 'NoSuchBucket'

export interface ObjectStoreOptions {
  readonly endpoint: string
  readonly region: string
  readonly bucket: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly world: World
}

export interface StoredObject {
  readonly key: string
  readonly octets: number
  /** Milliseconds since the epoch, by the clock of the server. */
  readonly modified: number
}

/**
 * A bucket of a server with the S3 protocol. Repeats requests that the network or an overloaded server made fail. Uses no
 * conditional requests, because some servers ignore their conditions: callers choose keys that nobody used before.
 */
export class ObjectStore {
  readonly #client: S3mini
  readonly #world: World

  constructor({ endpoint, region, bucket, accessKeyId, secretAccessKey, world }: ObjectStoreOptions) {
    this.#world = world
    this.#client = new S3mini({
      accessKeyId,
      secretAccessKey,
      endpoint: `${endpoint.replace(/\/+$/, '')}/${bucket}`,
      region,
      fetch: (input, init) => this.#fetch(input, init),
    })
  }

  /** Resolves when the server has stored exactly these bytes. */
  async put(key: string, bytes: Uint8Array): Promise<void> {
    const digest = await md5(bytes)
    await this.#attempt(() => this.#client.putObject(key, bytes, undefined, undefined, integrity(digest), bytes.length))
    const tag = await this.#attempt(() => this.#client.getEtag(key))
    if (tag === digest.toString('hex')) return
    // The tag of an encrypted object is not its MD5 digest.
    const stored = tag === null ? undefined : await this.get(key, 0, bytes.length)
    if (stored?.equals(bytes) && (await this.octets(key)) === bytes.length) return
    throw new ObjectStoreError('other', 'BadDigest', `The object ${key} is not what was sent`)
  }

  /**
   * Uploads one object of several parts, each of {@link PART} octets, except the last one. Takes a part when there is
   * nothing left to do for the one before.
   */
  async upload(key: string, parts: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<void> {
    const upload = await this.#attempt(() => this.#client.getMultipartUploadId(key))
    try {
      const sent: { partNumber: number; etag: string }[] = []
      let octets = 0
      for await (const part of parts) {
        const number = sent.length + 1
        const headers = integrity(await md5(part))
        sent.push(await this.#attempt(() => this.#client.uploadPart(key, upload, part, number, {}, undefined, headers)))
        octets += part.length
      }
      await this.#attempt(() => this.#client.completeMultipartUpload(key, upload, sent))
      const stored = await this.octets(key)
      if (stored !== octets) {
        throw new ObjectStoreError('other', 'BadLength', `The object ${key} has ${stored} octets instead of ${octets}`)
      }
    } catch (error) {
      await this.#client.abortMultipartUpload(key, upload).catch(() => {})
      throw error
    }
  }

  /** Octets from `start` up to but not including `end`; fewer if the object ends earlier. */
  async get(key: string, start: number, end: number): Promise<Buffer> {
    if (end <= start) return Buffer.alloc(0)
    try {
      const response = await this.#attempt(() => this.#client.getObjectRaw(key, false, start, end))
      const octets = Buffer.from(await response.arrayBuffer())
      // A server that does not know ranges sends the complete object.
      return response.status === 206 ? octets.subarray(0, end - start) : octets.subarray(start, end)
    } catch (error) {
      // The object ends before the range.
      if (error instanceof ObjectStoreError && error.code === 'InvalidRange') return Buffer.alloc(0)
      throw error
    }
  }

  /** The length of an object. */
  octets(key: string): Promise<number> {
    return this.#attempt(() => this.#client.getContentLength(key))
  }

  /** Removes an object. It is no error if the object does not exist. */
  async remove(key: string): Promise<void> {
    await this.#attempt(() => this.#client.deleteObject(key)).catch((error: unknown) => {
      if (!isMissing(error)) throw error
    })
  }

  /** All objects whose keys begin with `prefix`, a page of `most` keys at a time. */
  async *list(prefix: string, most = PAGE): AsyncGenerator<readonly StoredObject[]> {
    for (let next: string | undefined, more = true; more;) {
      const page = await this.#attempt(() => this.#client.listObjectsPaged('/', prefix, most, next))
      if (!page?.objects) throw new ObjectStoreError('missing', 'NoSuchBucket', 'The bucket does not exist')
      yield page.objects.map(({ Key, Size, LastModified }) => ({
        key: Key,
        octets: Size,
        modified: LastModified.getTime(),
      }))
      next = page.nextContinuationToken
      more = next !== undefined
    }
  }

  async #attempt<T>(request: () => Promise<T>): Promise<T> {
    for (let attempt = 1, pause = PAUSE; ; attempt++, pause *= 4) {
      try {
        return await request()
      } catch (thrown) {
        const error = faultOf(thrown)
        if (error.fault !== 'away' || attempt === ATTEMPTS) throw error
        // Nodes that failed together do not come again together.
        const { promise, resolve } = Promise.withResolvers<void>()
        this.#world.after(pause * (0.5 + this.#world.bytes(1)[0]! / 256), resolve)
        await promise
      }
    }
  }

  /** Sends a request, and receives its complete answer within the time. */
  async #fetch(input: string | URL | Request, init?: RequestInit): Promise<Response> {
    const ended = new AbortController()
    const cancel = this.#world.after(PATIENCE, () => ended.abort(new Error('The request took too long')))
    try {
      const response = await fetch(input, { ...init, signal: ended.signal })
      const { status, headers } = response
      const body = await response.arrayBuffer()
      return new Response(status === 204 || status === 304 ? null : body, { status, headers })
    } finally {
      cancel()
    }
  }
}

/** The server refuses a body that differs. */
const integrity = (digest: Buffer): Record<`x-amz-${string}`, string> =>
  ({ 'content-md5': digest.toString('base64') }) as Record<`x-amz-${string}`, string>

async function md5(bytes: Uint8Array): Promise<Buffer> {
  const hash = createHash('md5')
  for (let at = 0; at < bytes.length; at += HASHED) {
    if (at > 0) await yieldToEventLoop()
    hash.update(bytes.subarray(at, at + HASHED))
  }
  return hash.digest()
}

/** Statuses by which a server asks to come again later. */
const busy: ReadonlySet<number> = new Set([408, 429])

function faultOf(thrown: unknown): ObjectStoreError {
  if (thrown instanceof ObjectStoreError) return thrown
  const error = (thrown as { cause?: unknown }).cause instanceof S3ServiceError ? (thrown as Error).cause : thrown
  if (!(error instanceof S3ServiceError)) {
    const code = codeOf(error)
    return new ObjectStoreError('away', code, `The object store cannot be reached (${code})`, thrown)
  }
  const { status } = error
  const code = /<Code>([^<]{1,100})<\/Code>/.exec(error.body ?? '')?.[1] ?? String(status)
  const is = (fault: ObjectStoreFault) =>
    new ObjectStoreError(fault, code, `The object store answered ${status} (${code})`, thrown)
  if (status === 404) return is('missing')
  if (status === 401 || status === 403) return is('denied')
  return is(status >= 500 || busy.has(status) ? 'away' : 'other')
}

/** The code of the innermost error that has one. */
function codeOf(error: unknown): string {
  const { cause, code } = (error ?? {}) as { cause?: unknown; code?: unknown }
  const inner = cause === undefined ? '' : codeOf(cause)
  return inner || (typeof code === 'string' ? code : '')
}
