import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { Refusal } from '../../core/refusal.ts'
import type { World } from '../../core/world.ts'
import type { Share } from './body-budget.ts'
import { GatheredBody } from './gathered-body.ts'

/** Memory that zlib takes to unpack one body. */
const GUNZIP_OCTETS = 64 * 1024

export interface BodyLimits {
  /** Octets, packed and unpacked. */
  readonly octets: number
  /** Milliseconds in which the body has to arrive; undefined where the server's own limit is enough. */
  readonly patience: number | undefined
}

/** Whether the headers announce a body (RFC 9112 §6.3). */
export const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0

/**
 * Reads a request's body and unpacks it. Refuses `too-big`, `bad-syntax`, `busy` and `gone`; the rest of a refused body
 * stays unread. The caller gives the share back.
 */
export async function readBody(raw: IncomingMessage, limits: BodyLimits, share: Share, world: World): Promise<Buffer> {
  if (Number(raw.headers['content-length'] ?? 0) > limits.octets) throw tooBig()
  const unpacked = unpackedBody(raw, share)
  const body = new GatheredBody()
  return await new Promise((resolve, reject) => {
    const leave = (): void => {
      stop?.()
      unpacked.off('data', more).off('end', whole).off('error', broken)
      raw.off('close', gone).off('error', gone)
      if (unpacked !== raw) {
        raw.unpipe()
        unpacked.on('error', () => {}).destroy()
      } else raw.pause()
    }
    const fail = (thrown: Refusal): void => {
      leave()
      reject(thrown)
    }
    const more = (chunk: Buffer): void => {
      if (body.octets + chunk.length > limits.octets) fail(tooBig())
      else if (!share.take(chunk.length)) fail(busy())
      else body.add(chunk)
    }
    const whole = (): void => {
      leave()
      resolve(body.whole())
    }
    const broken = (): void => fail(new Refusal('bad-syntax', 'The request body is not what its Content-Encoding says'))
    const gone = (): void => {
      if (!raw.readableEnded) fail(new Refusal('gone', 'The client is gone'))
    }
    const late = (): void => fail(new Refusal('bad-syntax', 'The request body did not arrive in time', { http: '408' }))
    const stop = limits.patience === undefined ? undefined : world.after(limits.patience, late)
    if (unpacked !== raw) unpacked.on('error', broken)
    unpacked.on('data', more).on('end', whole)
    raw.on('close', gone).on('error', gone)
  })
}

/** The body as its Content-Encoding says (RFC 9110 §8.4.1: codings are named in any letter case). */
function unpackedBody(raw: IncomingMessage, share: Share): Readable {
  const coding = raw.headers['content-encoding']?.trim().toLowerCase() ?? ''
  // Seen: scripts for Exchange Online name the character set where the coding belongs.
  if (coding === '' || coding === 'identity' || coding === 'utf-8') return raw
  if (coding !== 'gzip' && coding !== 'x-gzip') {
    throw new Refusal('bad-syntax', 'A request body is taken plain or with Content-Encoding: gzip')
  }
  if (!share.take(GUNZIP_OCTETS)) throw busy()
  return raw.pipe(createGunzip())
}

const tooBig = (): Refusal => new Refusal('too-big', 'The request body is too large')
const busy = (): Refusal => new Refusal('busy', 'Too many request bodies are being received. Try again later.')
