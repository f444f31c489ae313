import { expect, test } from 'vitest'
import { csv } from './result.ts'

test('a table of objects has every property as a column, and lists in one cell', () => {
  expect(
    csv([
      { a: 1, b: ['x', 'y'] },
      { a: null, c: true },
    ]),
  ).toBe('a,b,c\r\n1,x; y,\r\n,,true\r\n')
})

test('what would break a line is quoted, and what a spreadsheet would run is not run', () => {
  expect(csv([{ a: 'one "two", three\nfour' }])).toBe('a\r\n"one ""two"", three\nfour"\r\n')
  expect(csv([{ a: '＝1', b: ['=x', 'y'] }])).toBe("a,b\r\n'＝1,'=x; y\r\n")
  expect(csv([{ a: '\n=1' }])).toBe('a\r\n"\'\n=1"\r\n')
  expect(csv([{ a: '=1+1', b: '@x', c: -1, d: '-x' }])).toBe("a,b,c,d\r\n'=1+1,'@x,-1,'-x\r\n")
})
