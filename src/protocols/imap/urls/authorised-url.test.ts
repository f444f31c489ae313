import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ServicePrincipalId } from '../../../core/ids.ts'
import { isProven, tokenBy, urlToken } from './authorised-url.ts'

const by = fc.uuid().map((id) => id as ServicePrincipalId)
const key = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((octets) => Buffer.from(octets))
const rump = fc.string({ maxLength: 60 })

test('a token names its author and proves the URL', () => {
  fc.assert(
    fc.property(key, rump, by, (key, rump, by) => {
      const token = urlToken(key, rump, by)
      expect(token).toMatch(/^[\da-f]{98}$/)
      expect(tokenBy(token)).toBe(by)
      expect(isProven(token, key, rump)).toBe(true)
      expect(isProven(token.toUpperCase(), key, rump)).toBe(true)
    }),
  )
})

test('a token is not valid for another key, URL or app, or with a changed digit', () => {
  fc.assert(
    fc.property(key, key, rump, rump, by, by, fc.nat(97), (key, otherKey, rump, otherRump, by, otherBy, at) => {
      fc.pre(!key.equals(otherKey) && rump !== otherRump && by !== otherBy)
      const token = urlToken(key, rump, by)
      expect(isProven(token, otherKey, rump)).toBe(false)
      expect(isProven(token, key, otherRump)).toBe(false)
      expect(isProven(token.slice(0, 2) + urlToken(key, rump, otherBy).slice(2, 34) + token.slice(34), key, rump)).toBe(
        false,
      )
      const digit = token[at] === '0' ? '1' : '0'
      expect(isProven(token.slice(0, at) + digit + token.slice(at + 1), key, rump)).toBe(false)
    }),
  )
})

test.each(['', '01', 'x'.repeat(98), '0'.repeat(98), '01'.repeat(48), `01${'0'.repeat(97)}`])(
  'text %# is not a token',
  (token) => {
    expect(tokenBy(token)).toBeUndefined()
    expect(isProven(token, Buffer.alloc(32), '')).toBe(false)
  },
)
