import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { Refusal } from '../../core/refusal.ts'
import type { World } from '../../core/world.ts'
import type { Body } from './bodies.ts'

/** Memory that zlib needs to decompress one body. */
const GUNZIP_OCTETS = 64 * 1024

export interface BodyLimits {
  /** Limit in octets, compressed and decompressed. */
  readonly octets: number
  /** Milliseconds for the body to arrive; undefined if the limit of the server is enough. */
  readonly patience: number | undefined
}

/** Whether the headers announce a body (RFC 9112 §6.3). */
export const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0

/**
 * Reads and decompresses the body of a request. Refuses `too-big`, `bad-syntax`, `busy`, `no-room` and `gone`; the rest of a
 * refused body stays unread. The caller drops the body.
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
    const stop = limits.patience === undefined ? undefined : world.after(limits.patience, late)
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
