import { expect, test } from 'vitest'
import { readMessageIds } from './sort-and-thread.ts'

test.each([
  [undefined, []],
  ['', []],
  ['<a@b>', ['a@b']],
  ['<a@b><c@d> <e@f>', ['a@b', 'c@d', 'e@f']],
  ['Your message of <a@b>, (see <c@d>)', ['a@b', 'c@d']],
  ['<"a"@b>', ['a@b']],
  ['<"a\\"b"@c>', ['ab@c']],
  ['<>', []],
  ['<a@b', []],
  ['<<a@b>', ['a@b']],
  ['<a @ b>', ['a@b']],
  [`<${'x'.repeat(600)}@b> <c@d>`, ['c@d']],
])('identifiers of field %#', (field, ids) => expect(readMessageIds(field)).toEqual(ids))

test('of very many identifiers, the first and the latest are used', () => {
  const ids = readMessageIds(Array.from({ length: 1000 }, (_, n) => `<${n}@x>`).join(' '))
  expect(ids).toHaveLength(200)
  expect([ids[0], ids[1], ids.at(-1)]).toEqual(['0@x', '801@x', '999@x'])
})

test('hostile fields take little time', () => {
  const begun = performance.now()
  for (const piece of ['<', '<>', '<a', '>']) readMessageIds(piece.repeat(100_000))
  expect(performance.now() - begun).toBeLessThan(1000)
})
