import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { Refusal } from '../../core/refusal.ts'
import type { UploadSettings } from '../../core/uploads/settings.ts'
import { UploadPool } from '../../core/uploads/upload-pool.ts'
import type { Upload } from '../../core/uploads/upload.ts'
import { Uploads } from '../../core/uploads/uploads.ts'
import type { World } from '../../core/world.ts'

/** An incoming body, and memory for work on it. */
export interface Body extends Pick<Upload, 'octets' | 'failure' | 'add' | 'whole' | 'drop'> {
  /** Whether this much memory is available in addition to that of the body. */
  readonly takes: (octets: number) => boolean
}

/** Memory that zlib needs to decompress one body. */
const GUNZIP_OCTETS = 64 * 1024

export interface BodyLimits {
  /** Limit in octets, compressed and decompressed. */
  readonly octets: number
  /** Milliseconds for the body to arrive; undefined if the limit of the server is enough. */
  readonly timeout: number | undefined
}

/** Whether the headers announce a body (RFC 9112 §6.3). */
export const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0

/**
 * Reads and decompresses the body of a request. Refuses `too-big`, `bad-syntax`, `busy`, `no-room` and `gone`; the rest
 * of a refused body stays unread. The caller drops the body.
 */
export async function readBody(raw: IncomingMessage, limits: BodyLimits, body: Body, world: World): Promise<Buffer> {
  if (Number(raw.headers['content-length'] ?? 0) > limits.octets) throw tooBig()
  await received(raw, unpackedBody(raw, body), limits, body, world)
  return body.whole()
}

async function received(
  raw: IncomingMessage,
  unpacked: Readable,
  limits: BodyLimits,
  body: Body,
  world: World,
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    let isOver = false
    const leave = (): void => {
      isOver = true
      stop?.()
      unpacked.off('data', more).off('end', whole).off('error', broken)
      raw.off('close', gone).off('error', gone)
      if (unpacked === raw) raw.pause()
      else {
        raw.unpipe()
        unpacked.on('error', () => {}).destroy()
      }
    }
    const fail = (thrown: Error): void => {
      if (isOver) return
      leave()
      reject(thrown)
    }
    const more = (chunk: Buffer): void => {
      if (body.octets + chunk.length > limits.octets) return fail(tooBig())
      const wait = body.add(chunk)
      if (body.failure) return fail(body.failure)
      if (!wait) return
      unpacked.pause()
      void wait.then(() => {
        if (body.failure) fail(body.failure)
        else if (!isOver) unpacked.resume()
      }, fail)
    }
    const whole = (): void => {
      leave()
      resolve()
    }
    const broken = (): void => fail(new Refusal('bad-syntax', 'The request body does not match its Content-Encoding'))
    const gone = (): void => {
      if (!raw.readableEnded) fail(new Refusal('gone', 'The client is gone'))
    }
    const late = (): void => fail(new Refusal('bad-syntax', 'The request body did not arrive in time', { http: '408' }))
    const stop = limits.timeout === undefined ? undefined : world.after(limits.timeout, late)
    if (unpacked !== raw) unpacked.on('error', broken)
    unpacked.on('data', more).on('end', whole)
    raw.on('close', gone).on('error', gone)
  })
}

/** Decodes the body by its Content-Encoding (RFC 9110 §8.4.1: codings are case-insensitive). */
function unpackedBody(raw: IncomingMessage, body: Body): Readable {
  const coding = raw.headers['content-encoding']?.trim().toLowerCase() ?? ''
  // Seen: scripts for Exchange Online put the character set into Content-Encoding.
  if (coding === '' || coding === 'identity' || coding === 'utf-8') return raw
  if (coding !== 'gzip' && coding !== 'x-gzip') {
    throw new Refusal('bad-syntax', 'Only a plain request body or Content-Encoding: gzip is supported')
  }
  if (!body.takes(GUNZIP_OCTETS)) throw new Refusal('busy', 'The server receives too much data at the moment')
  return raw.pipe(createGunzip())
}

const tooBig = (): Refusal => new Refusal('too-big', 'The request body is too large')

/** The largest body on routes without a limit of their own: with an accepted token, and without one. */
export const CALLERS_BODY = 1024 * 1024
export const STRANGERS_BODY = 64 * 1024

interface BodiesOptions {
  readonly world: World
  /** Memory for all bodies. */
  readonly octets: number
  /** Milliseconds for a body to arrive, except on routes with a higher limit. */
  readonly timeout: number
  readonly settings: Pick<UploadSettings, 'octets_per_second' | 'wait_seconds'>
  /** The pool that callers' bodies share with uploads of other protocols. Without it bodies never go to disk. */
  readonly pool?: UploadPool
}

/**
 * Memory for request bodies, see {@link Uploads}. A quarter is for requests without an accepted token. These are
 * refused when that quarter is full and never go to disk, so they cannot take the memory of callers.
 */
export class Bodies {
  readonly timeout: number
  readonly #callers: Uploads
  readonly #strangers: Uploads

  constructor({ world, octets, timeout, settings, pool }: BodiesOptions) {
    const inMemory = new UploadPool({ world, settings })
    const strangers = Math.floor(octets / 4)
    this.timeout = timeout
    this.#callers = new Uploads(pool ?? inMemory, { octets: octets - strangers, largest: CALLERS_BODY })
    this.#strangers = new Uploads(inMemory, { octets: strangers, largest: STRANGERS_BODY })
  }

  /** The body of an admitted caller, by its id. */
  ofCaller(id: string, gone: () => AbortSignal): Body {
    return bodyIn(this.#callers, id, gone)
  }

  /** The body of a request without an accepted token, by its network. */
  ofUnauthenticated(network: string, gone: () => AbortSignal): Body {
    return bodyIn(this.#strangers, network, gone)
  }
}

function bodyIn(uploads: Uploads, caller: string, gone: () => AbortSignal): Body {
  const upload = uploads.begin(caller, gone)
  const releases: (() => void)[] = []
  return {
    get octets() {
      return upload.octets
    },
    get failure() {
      return upload.failure
    },
    add: (piece) => upload.add(piece),
    whole: () => upload.whole(),
    takes(octets) {
      const giveBack = uploads.tryTake(octets, caller)
      if (giveBack) releases.push(giveBack)
      return giveBack !== undefined
    },
    drop() {
      upload.drop()
      for (const giveBack of releases.splice(0)) giveBack()
    },
  }
}
