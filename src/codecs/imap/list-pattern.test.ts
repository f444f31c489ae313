import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { matcher } from './list-command.ts'

test.each([
  ['*', 'a/b', true],
  ['%', 'a', true],
  ['%', 'a/b', false],
  ['%/%', 'a/b', true],
  ['a/%', 'a/b/c', false],
  ['a/*', 'a', false],
  ['a*', 'a/b', true],
  ['*b', 'a/b', true],
  ['a%c', 'abc', true],
  ['a%c', 'a/c', false],
  ['', 'a', false],
  ['A', 'a', false],
  ['inbox', 'INBOX', true],
  ['InBox/Sub', 'INBOX/Sub', true],
  ['inbox/sub', 'INBOX/Sub', false],
  ['in%', 'Inbox', true],
  ['*box', 'INBOX', true],
  ['inboxes', 'INBOXES', false],
  ['%*%', 'a/b', true],
])('pattern %s, name %s: %s', (pattern, name, matches) => expect(matcher(pattern)(name)).toBe(matches))

test('matches the same names as an equivalent regular expression', () => {
  const part = fc.string({ unit: fc.constantFrom('a', 'b', '/'), maxLength: 8 })
  const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '/', '*', '%'), maxLength: 10 })
  fc.assert(
    fc.property(pattern, part, (pattern, name) => {
      const like = new RegExp(
        `^${pattern.replaceAll('%', '[^/]*').replaceAll('*', '.*').replaceAll('[^/].*', '[^/]*')}$`,
        's',
      )
      expect(matcher(pattern)(name)).toBe(like.test(name))
    }),
    { numRuns: 2000 },
  )
})

test('takes time in proportion to the pattern and the name', () => {
  expect(matcher('*a'.repeat(400))('a'.repeat(399))).toBe(false)
  expect(matcher('*a'.repeat(5000))('a'.repeat(5000))).toBe(false)
})
