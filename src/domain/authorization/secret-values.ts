import { createHash } from 'node:crypto'
import type { World } from '../../core/world.ts'

/** Characters beyond which a value is nobody's: ours are some 200. */
const LONGEST = 4096

/** A code or a token as it is told: with the look of Entra's, which begin with a version and an A. 768 random bits. */
export const freshValue = (world: World): string =>
  `1.A${base64url(world.bytes(24))}.AgABAwEAAAD${base64url(world.bytes(96))}`

/** What is kept of a value. One round is enough for one that nobody can guess. */
export const hashOf = (value: string): Uint8Array => createHash('sha256').update(value.slice(0, LONGEST)).digest()

export const base64url = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url')

/** 32 letters and digits of which none is taken for another; five random bits choose one evenly. */
const typed = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789'

/** docs/reference/identity.md §7.2: nine characters, typed by a person. 45 random bits, for fifteen minutes. */
export const freshUserCode = (world: World): string => Array.from(world.bytes(9), (byte) => typed[byte & 31]).join('')

/** A user code as it was made, however it was typed. */
export const userCodeOf = (given: string): string => given.slice(0, LONGEST).replaceAll(/[\s-]/g, '').toUpperCase()
