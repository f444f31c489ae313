import { describe, expect, test } from 'vitest'
import { readReturn, type ReturnOptions, reportedResults, writeEsearch } from './esearch.ts'
import { ImapReader } from './reader.ts'

const none: ReturnOptions = {
  min: false,
  max: false,
  all: false,
  count: false,
  save: false,
  relevancy: false,
  update: false,
}
const read = (text: string): ReturnOptions | undefined => readReturn(new ImapReader([Buffer.from(text)]))

test.each<[string, ReturnOptions | undefined]>([
  ['RETURN (MIN COUNT) ALL', { ...none, min: true, count: true }],
  ['return (save max all) ALL', { ...none, save: true, max: true, all: true }],
  ['RETURN () ALL', { ...none, all: true }],
  ['RETURN (PARTIAL -1:-9 COUNT) ALL', { ...none, count: true, partial: { first: -1, last: -9 } }],
  ['RETURN (UPDATE COUNT) ALL', { ...none, update: true, count: true }],
  ['RETURN (update) ALL', { ...none, update: true }],
  ['RETURN (context) ALL', { ...none, all: true }],
  ['RETURN (CONTEXT COUNT context) ALL', { ...none, count: true }],
  ['RETURN (RELEVANCY all) FUZZY ALL', { ...none, all: true, relevancy: true }],
  ['ALL', undefined],
])('%s', (text, options) => expect(read(text)).toEqual(options))

test.each([
  'RETURN (',
  'RETURN ( )',
  'RETURN (MIN',
  'RETURN (MIN)',
  'RETURN (MIN  MAX) ALL',
  'RETURN (NONSENSE) ALL',
  'RETURN (PARTIAL 1:2 ALL) ALL',
  'RETURN (PARTIAL 1:2 PARTIAL 3:4) ALL',
])('%s is refused', (text) => expect(() => read(text)).toThrow(expect.objectContaining({ reason: 'bad-syntax' })))

describe('RFC 4731 §3.1', () => {
  const tag = 'A1'
  const everything: ReturnOptions = { ...none, min: true, max: true, all: true, count: true }

  test('writes the requested items', () => {
    expect(writeEsearch(everything, { tag, uid: true, numbers: [2, 3, 7], modSeq: 9 })).toBe(
      '* ESEARCH (TAG "A1") UID MIN 2 MAX 7 ALL 2:3,7 COUNT 3 MODSEQ 9\r\n',
    )
  })

  test('an empty result has no numbers', () => {
    expect(writeEsearch(everything, { tag, uid: false, numbers: [], modSeq: 0 })).toBe(
      '* ESEARCH (TAG "A1") COUNT 0\r\n',
    )
  })

  test('RFC 9394 §3.1: writes a part of the result', () => {
    const partial = { first: 2, last: 3 }
    expect(writeEsearch({ ...none, partial }, { tag, uid: true, numbers: [4, 5, 6, 9] })).toBe(
      '* ESEARCH (TAG "A1") UID PARTIAL (2:3 5:6)\r\n',
    )
    expect(writeEsearch({ ...none, partial }, { tag, uid: true, numbers: [4] })).toBe(
      '* ESEARCH (TAG "A1") UID PARTIAL (2:3 NIL)\r\n',
    )
  })

  test.each<[Partial<ReturnOptions>, string]>([
    [{ all: true }, 'ALL 4:6,9 RELEVANCY (4 99 42 1)'],
    [{}, 'RELEVANCY (4 99 42 1)'],
    [{ count: true }, 'COUNT 4 RELEVANCY (4 99 42 1)'],
    [{ min: true, max: true }, 'MIN 4 MAX 9 RELEVANCY (4 1)'],
    [{ partial: { first: 2, last: 3 }, count: true }, 'PARTIAL (2:3 5:6) COUNT 4 RELEVANCY (99 42)'],
    [{ partial: { first: 7, last: 9 } }, 'PARTIAL (7:9 NIL) RELEVANCY ()'],
  ])('RFC 6203 §4: writes the relevancy of the listed results (%#)', (options, expected) => {
    const found = { tag, uid: true, numbers: [4, 5, 6, 9], relevancy: [4, 99, 42, 1] }
    expect(writeEsearch({ ...none, relevancy: true, ...options }, found)).toBe(
      `* ESEARCH (TAG "A1") UID ${expected}\r\n`,
    )
  })

  test('RFC 6203 §7: an empty result has an empty list of scores', () => {
    expect(writeEsearch({ ...none, all: true, relevancy: true }, { tag, uid: true, numbers: [], relevancy: [] })).toBe(
      '* ESEARCH (TAG "A1") UID RELEVANCY ()\r\n',
    )
  })

  test('keeps the order of the result', () => {
    expect(writeEsearch({ ...none, all: true }, { tag, uid: false, numbers: [5, 3, 4, 1] })).toBe(
      '* ESEARCH (TAG "A1") ALL 5,3:4,1\r\n',
    )
  })
})

test.each<[Partial<ReturnOptions>, number[]]>([
  [{ min: true }, [1]],
  [{ max: true }, [3]],
  [{ min: true, max: true }, [1, 3]],
  [{ min: true, count: true }, [1, 2, 3]],
  [{ max: true, all: true }, [1, 2, 3]],
  [{ partial: { first: 2, last: 9 } }, [2, 3]],
  [{ min: true, partial: { first: -1, last: -1 } }, [1, 3]],
  [{}, [1, 2, 3]],
])('reported results for options %#', (options, reported) => {
  expect(reportedResults({ ...none, ...options }, [1, 2, 3])).toEqual(reported)
  expect(reportedResults({ ...none, ...options }, [])).toEqual([])
})
