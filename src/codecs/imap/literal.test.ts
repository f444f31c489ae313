import { expect, test } from 'vitest'
import { literalAt } from './string.ts'

const at = (line: string) => literalAt(Buffer.from(line, 'latin1'))

test.each([
  ['A1 LOGIN {5}', { octets: 5, waits: true }],
  ['A1 APPEND x {310+}', { octets: 310, waits: false }],
  ['{0}', { octets: 0, waits: true }],
  ['~{7}', { octets: 7, waits: true }],
  [`{${'9'.repeat(20)}+}`, { octets: 1e20, waits: false }],
])('%s announces a literal', (line, mark) => expect(at(line)).toEqual(mark))

test.each(['', '{5} ', '{}', '{-1}', '{5-}', '{x}', '5}', `{${'9'.repeat(21)}}`, '"{5}"'])(
  'case %# announces no literal',
  (line) => expect(at(line)).toBeUndefined(),
)
