import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { fold } from './names.ts'

it.each([
  ['J\u030Can', '\u01F0an'],
  ['\u212Aelvin', 'kelvin'],
  ['A\u0301da', '\u00E1da'],
  ['\u0130rem', 'i\u0307rem'],
])('%j and %j are one name', (one, other) => {
  expect(fold(one)).toBe(fold(other))
})

it.each([
  ['i', '\u0131'],
  ['ada', '\uFF41da'],
  ['ada', '\u0430da'],
  ['a\0', 'a'],
])('%j and %j are two names', (one, other) => {
  expect(fold(one)).not.toBe(fold(other))
})

it('a name that is compared is compared as the same from then on', () => {
  const letters = ['a', 'J', 'T', '\u03AA', '\u0391', '\u0130', ' ']
  const marks = ['\u0301', '\u0307', '\u0308', '\u030C', '\u0327', '\u0345']
  const names = fc.array(fc.constantFrom(...letters, ...marks)).map((it) => it.join(''))
  fc.assert(fc.property(names, (name) => fold(fold(name)) === fold(name)))
})
