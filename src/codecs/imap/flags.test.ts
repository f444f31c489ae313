import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { Refusal } from '../../core/refusal.ts'
import { readFlagList, readStoreFlags, writeFlagList } from './flags.ts'
import { ImapReader } from './reader.ts'

const over = (text: string): ImapReader => new ImapReader([Buffer.from(text)])

test.each([
  ['()', []],
  ['(\\seen \\ANSWERED)', ['\\Seen', '\\Answered']],
  ['($Forwarded Junk)', ['$Forwarded', 'Junk']],
  ['(\\Recent)', ['\\Recent']],
])('%s', (text, flags) => expect(readFlagList(over(text))).toEqual(flags))

test.each(['\\Seen', '(\\Nonsense)', '(\\*)', '(\\)', '(a', '(a  b)', '("a")'])('refuses %s', (text) =>
  expect(() => readFlagList(over(text))).toThrow(Refusal),
)

test('STORE accepts flags without parentheses too', () => {
  expect(readStoreFlags(over('\\Seen a'))).toEqual(['\\Seen', 'a'])
  expect(readStoreFlags(over('()'))).toEqual([])
  expect(() => readStoreFlags(over(''))).toThrow(Refusal)
})

test('a written list reads back the same', () => {
  const flag = fc.constantFrom('\\Seen', '\\Draft', '$MDNSent', 'Work', 'a.b')
  fc.assert(
    fc.property(fc.array(flag), (flags) => {
      expect(readFlagList(over(writeFlagList(flags)))).toEqual(flags)
    }),
  )
})
