import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { readJws, signingInput, writeJws } from './jws.ts'

const object = fc
  .dictionary(fc.string(), fc.jsonValue())
  .map((value) => JSON.parse(JSON.stringify(value)) as Record<string, unknown>)

test('a written token is read back', () => {
  fc.assert(
    fc.property(object, object, fc.uint8Array({ minLength: 1 }), (header, claims, signature) => {
      const input = signingInput(header, claims)
      const read = readJws(writeJws(input, signature))!
      expect(read.header).toEqual(header)
      expect(read.claims).toEqual(claims)
      expect(read.signed.toString()).toBe(input)
      expect(read.signature.equals(signature)).toBe(true)
    }),
  )
})

test('any text is read as three parts or as nothing', () => {
  const part = fc.oneof(
    fc.string(),
    fc.base64String(),
    object.map((value) => Buffer.from(JSON.stringify(value)).toString('base64url')),
  )
  fc.assert(
    fc.property(fc.array(part, { maxLength: 5 }), (parts) => {
      const read = readJws(parts.join('.'))
      if (read) expect(writeJws(read.signed.toString(), read.signature)).toBe(parts.join('.'))
    }),
  )
})

const b64 = (text: string) => Buffer.from(text).toString('base64url')
const fine = `${b64('{"alg":"RS256"}')}.${b64('{}')}.AAAA`

test.each([
  ['nothing', ''],
  ['two parts', `${b64('{}')}.${b64('{}')}`],
  ['four parts', `${fine}.AAAA`],
  ['five parts, as of an encrypted one', `${fine}.AAAA.AAAA`],
  ['a header that is an array', `${b64('[]')}.${b64('{}')}.AAAA`],
  ['claims that are null', `${b64('{}')}.${b64('null')}.AAAA`],
  ['claims that are no JSON', `${b64('{}')}.${b64('{')}.AAAA`],
  ['claims that are not UTF-8', `${b64('{}')}.${Buffer.from('{"a":"\xff"}', 'latin1').toString('base64url')}.AAAA`],
  ['a byte order mark', `${b64('\ufeff{}')}.${b64('{}')}.AAAA`],
  ['padding', `${b64('{}')}.${b64('{}')}.AA==`],
  ['the other alphabet', `${b64('{}')}.${b64('{}')}.+/+/`],
  ['a line break', `${fine}\n`],
  ['unused bits that are not zero', `${b64('{}')}.${b64('{}')}.AB`],
  ['a single letter, which stands for no octet', `${b64('{}')}.${b64('{}')}.A`],
])('%s is no JWT', (_, token) => {
  expect(readJws(token)).toBeUndefined()
})

test('the type is not checked', () => {
  for (const typ of ['JWT', 'jwt', 'at+jwt', undefined]) {
    expect(readJws(writeJws(signingInput({ alg: 'RS256', typ }, {}), Buffer.from('x')))).toBeDefined()
  }
})
