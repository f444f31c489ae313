import { createHash } from 'node:crypto'
import type { World } from '../../core/world.ts'

/** Only this many characters are read. Postern's own values have about 200. */
const LONGEST = 4096

/** Makes a code or token in the format of Entra's, with 768 random bits. */
export const freshValue = (world: World): string =>
  `1.A${base64url(world.bytes(24))}.AgABAwEAAAD${base64url(world.bytes(96))}`

/** The stored form of a value. One round of SHA-256 is enough, because the value is random. */
export const hashOf = (value: string): Uint8Array => createHash('sha256').update(value.slice(0, LONGEST)).digest()

export const base64url = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url')

/** 32 letters and digits that people do not confuse; five random bits select one. */
const userCodeAlphabet = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789'

/** docs/reference/identity.md §7.2: nine characters that a person types: 45 random bits. */
export const freshUserCode = (world: World): string =>
  Array.from(world.bytes(9), (byte) => userCodeAlphabet[byte & 31]).join('')

/** Normalizes a typed user code: without spaces and hyphens, in upper case. */
export const userCodeOf = (typed: string): string => typed.slice(0, LONGEST).replaceAll(/[\s-]/g, '').toUpperCase()
