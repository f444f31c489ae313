import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Refusal } from '../../core/refusal.ts'
import { decodeBase64, decodePlain, encodePlain } from './plain.ts'
import { bearerFault } from './bearer-fault.ts'
import { decodeOauthbearer, decodeXoauth2, encodeBearerFailure, encodeOauthbearer, encodeXoauth2 } from './bearer.ts'

const base64 = (text: string): string => Buffer.from(text.replaceAll('^A', '\u0001')).toString('base64')

const user = fc
  .string({ unit: 'grapheme', minLength: 1 })
  .filter((text) => !text.includes('\u0001') && !text.includes('\0'))
const token = fc.stringMatching(/^[\w.~+/=-]+$/)

describe('base64', () => {
  test('may have no padding', () => {
    expect(decodeBase64('YQ==').toString()).toBe('a')
    expect(decodeBase64('YQ').toString()).toBe('a')
    expect(decodeBase64('YWI').toString()).toBe('ab')
    expect(decodeBase64('').length).toBe(0)
  })
  test.each(['Y', 'YQ=', 'YQ===', 'Y Q=', 'YQ==YQ==', 'Y-_Q', '=', 'YWJj=', 'A'.repeat(65_540)])('is not %s', (text) =>
    expect(() => decodeBase64(text)).toThrow(Refusal),
  )
})

describe('XOAUTH2', () => {
  test('is decoded again', () => {
    fc.assert(
      fc.property(user, token, (user, token) => {
        expect(decodeXoauth2(encodeXoauth2({ user, token }))).toEqual({ user, token })
      }),
    )
  })
  test.each([
    ['as it is described', 'user=ada@x^Aauth=Bearer t^A^A'],
    ['with the scheme in another case', 'user=ada@x^Aauth=bearer t^A^A'],
    ['in another order, with more in it', 'auth=BEARER t^Ahost=h^Auser=ada@x^A^A'],
  ])('%s', (_, text) => {
    expect(decodeXoauth2(base64(text))).toEqual({ user: 'ada@x', token: 't' })
  })
  test.each([
    '',
    'user=ada@x',
    'user=ada@x^Aauth=Bearer t',
    'user=ada@x^Aauth=Bearer t^A',
    'user=^Aauth=Bearer t^A^A',
    'auth=Bearer t^A^A',
    'user=ada@x^Aauth=Bearer ^A^A',
    'user=ada@x^Aauth=Basic t^A^A',
    'user=ada@x^Aauth=Bearer a b^A^A',
    'user=ada@x^Anonsense^Aauth=Bearer t^A^A',
    'user=ada@x^Aauth=Bearer \u00fc^A^A',
  ])('is not %j', (text) => expect(() => decodeXoauth2(base64(text))).toThrow(Refusal))
})

const refusal = (text: string): Refusal => {
  try {
    decodeXoauth2(text)
  } catch (thrown) {
    if (thrown instanceof Refusal) return thrown
  }
  throw new Error('It was understood')
}

describe('a malformed XOAUTH2 response', () => {
  test.each([
    ['the letters for the octet', Buffer.from('user=ada@x^Aauth=Bearer t^A^A').toString('base64'), /letters \^A/],
    ['one that was cut', base64('user=ada@x^Aauth=Bearer eyJ'), /cut into lines/],
    ['Bearer twice', base64('user=ada@x^Aauth=Bearer Bearer t^A^A'), /Bearer stands there twice/],
    ['no token', base64('user=ada@x^Aauth=Basic t^A^A'), /no auth= with the word Bearer/],
    ['an empty token', base64('user=ada@x^Aauth=Bearer ^A^A'), /no token follows: the variable is empty/],
    ['no word Bearer', base64('user=ada@x^Aauth=eyJh.e30.x^A^A'), /The word Bearer is missing/],
    ['a bytes object', base64("user=ada@x^Aauth=Bearer b'eyJh.e30.x'^A^A"), /in b'…'.*token\.decode\(\)/],
    ['a token in quotes', base64('user=ada@x^Aauth=Bearer "eyJh.e30.x"^A^A'), /quotation marks/],
    [
      'the whole result',
      base64('user=ada@x^Aauth=Bearer {"access_token": "t"}^A^A'),
      /whole result of the token request/,
    ],
    ['a line break in the token', base64('user=ada@x^Aauth=Bearer a\nb^A^A'), /line break.*strip\(\)/],
    ['no separators', base64('user=ada@x auth=Bearer t'), /separators are missing/],
    ['no separators or blanks', base64('user=ada@xauth=Bearer t'), /separators are missing/],
    ['an escape that was not evaluated', base64(String.raw`user=ada@x\x01auth=Bearer t\x01\x01`), /not evaluated/],
    ['one separator at the end', base64('user=ada@x^Aauth=Bearer t^A'), /does not end with two octets 1/],
    ['base64 twice', Buffer.from(base64('user=ada@x^Aauth=Bearer t^A^A')).toString('base64'), /encoded twice/],
  ])('says what is wrong with it: %s, and whose mailbox it was to be', (_, text, fault) => {
    expect(refusal(text).detail).toEqual({ fault: expect.stringMatching(fault), user: 'ada@x' })
  })
  test('without a mailbox, or without base64, says so', () => {
    expect(refusal(base64('auth=Bearer t^A^A')).detail).toEqual({ fault: expect.stringContaining('no user=') })
    expect(refusal('user=ada').detail).toEqual({ fault: expect.stringContaining('the plain text was sent') })
    expect(refusal("b'dXNlcj0='").detail).toEqual({ fault: expect.stringContaining("in b'…'") })
    expect(refusal('eyJh.e30.x').detail).toEqual({ fault: expect.stringContaining('the token was sent by itself') })
    expect(refusal('***').detail).toEqual({ fault: 'It is not base64.' })
  })
  test('never repeats a token', () => {
    const written = fc.constantFrom(
      'user=^Aauth=Bearer Bearer T^A^A',
      'user=T^Aauth=Bearer T',
      'T',
      'auth=T^A^A',
      'user=a@b T^A^A',
    )
    const long = fc.stringMatching(/^eyJ[\w.-]{20,40}$/)
    fc.assert(
      fc.property(written, long, (shape, secret) => {
        expect(JSON.stringify(refusal(base64(shape.replaceAll('T', secret))).detail)).not.toContain(secret)
      }),
    )
  })
})

describe('a bearer credential over HTTP', () => {
  test.each([
    ['Bearer', /no token follows/],
    ['Bearer None', /None, null or undefined/],
    ['bearer undefined', /None, null or undefined/],
    ["Bearer b'eyJh.e30.x'", /bytes object/],
    ['Bearer Bearer eyJh.e30.x', /twice/],
    ['Bearer: eyJh.e30.x', /colon/],
    ['eyJh.e30.x', /The word Bearer is missing/],
    [`Bearer ${Buffer.from('eyJhbGciOiJSUzI1NiJ9.e30.x').toString('base64')}`, /base64-encoded once more/],
  ])('says what is wrong with %s', (value, fault) => {
    expect(bearerFault(value)).toMatch(fault)
  })
  test.each(['Bearer eyJh.e30.x', 'bearer  eyJh.e30.x ', 'Basic YTpi', ''])('finds nothing wrong with %j', (value) => {
    expect(bearerFault(value)).toBeUndefined()
  })
})

describe('OAUTHBEARER', () => {
  test('that is malformed says what is wrong, and names the mailbox', () => {
    expect(() => decodeOauthbearer(base64("n,a=ada@x,^Aauth=Bearer b't'^A^A"))).toThrow(
      expect.objectContaining({ detail: { fault: expect.stringContaining('token.decode()'), user: 'ada@x' } }),
    )
  })

  test('is decoded again', () => {
    const response = fc.record({
      user: fc.option(user, { nil: undefined }),
      token: fc.option(token, { nil: undefined }),
    })
    fc.assert(
      fc.property(response, (response) => {
        expect(decodeOauthbearer(encodeOauthbearer(response))).toEqual(response)
      }),
    )
  })
  test.each([
    ['RFC 7628 §4.1', 'n,a=ada@x,^Ahost=server.example^Aport=143^Aauth=Bearer t^A^A', 'ada@x', 't'],
    ['nobody named', 'n,,^Aauth=Bearer t^A^A', undefined, 't'],
    ['y: the client would bind', 'y,a=ada@x,^Aauth=Bearer t^A^A', 'ada@x', 't'],
    ['escapes', 'n,a=a=2Cb=3Dc@x,^Aauth=bearer t^A^A', 'a,b=c@x', 't'],
    ['a probe', 'n,,^Aauth=^A^A', undefined, undefined],
    ['older curl', 'user=ada@x^Ahost=h^Aport=993^Aauth=Bearer t^A^A', 'ada@x', 't'],
    ['keys in any order', 'n,a=ada@x,^Aauth=Bearer t^Ax=y^A^A', 'ada@x', 't'],
  ])('%s', (_, text, user, token) => expect(decodeOauthbearer(base64(text))).toEqual({ user, token }))
  test.each([
    '',
    'n,,',
    'n,,^A^A',
    'n,,^Aauth=Bearer t^A',
    'p=tls-unique,,^Aauth=Bearer t^A^A',
    'n,a=x=y,^Aauth=Bearer t^A^A',
    'n,a=x^Aauth=Bearer t^A^A',
    '^Aauth=Bearer t^A^A',
    'n,,^Aauth=Basic t^A^A',
  ])('is not %j', (text) => expect(() => decodeOauthbearer(base64(text))).toThrow(Refusal))
})

describe('PLAIN', () => {
  test('is decoded again', () => {
    const response = fc.record({
      authorization: fc.oneof(user, fc.constant('')),
      user,
      password: fc.oneof(user, fc.constant('')),
    })
    fc.assert(
      fc.property(response, (response) => {
        expect(decodePlain(encodePlain(response))).toEqual(response)
      }),
    )
  })
  test.each(['', 'ada', '\0ada', '\0\0x', 'a\0b\0c\0d'])('is not %j', (text) =>
    expect(() => decodePlain(base64(text))).toThrow(Refusal),
  )
})

test('any text is decoded or refused', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.string().map(base64), fc.base64String()), (text) => {
      for (const decode of [decodeXoauth2, decodeOauthbearer, decodePlain]) {
        try {
          decode(text)
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(Refusal)
        }
      }
    }),
  )
})

test('a failure is JSON for both kinds of clients', () => {
  const told = Buffer.from(encodeBearerFailure({ status: 'invalid_token', scope: 's' }), 'base64').toString()
  expect(JSON.parse(told)).toEqual({ status: 'invalid_token', schemes: 'bearer', scope: 's' })
})
