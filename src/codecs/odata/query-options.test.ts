import { describe, expect, it } from 'vitest'
import { optionValue, queryText, systemOption, withOptions } from './query-options.ts'

const query = (text: string) => new URLSearchParams(text)

describe('a query option', () => {
  it.each([
    ['top=1000', '$top', '1000'],
    ['$orderBy=receivedDateTime%20DESC', '$orderby', 'receivedDateTime DESC'],
    ['%24select=id', '$select', 'id'],
    [
      'expand=singleValueExtendedProperties(%24filter=id+eq+%27Long%200xe08%27)',
      '$expand',
      "singleValueExtendedProperties($filter=id eq 'Long 0xe08')",
    ],
    ['$SkipToken=x', '$skiptoken', 'x'],
    ['$top=', '$top', undefined],
    ['stop=1', '$top', undefined],
  ] as const)('of %s is %s', (text, option, value) => {
    expect(optionValue(query(text), option)).toBe(value)
  })

  it('that is given twice is refused in any spelling', () => {
    expect(() => optionValue(query('$top=1&TOP=2'), '$top')).toThrow("'$top' was specified more than once")
  })

  it('has no other name', () => {
    expect(['$tops', 'api-version', '', '$', '$$top'].map(systemOption)).toEqual(Array(5).fill(undefined))
  })

  it('replaces all its spellings in a link', () => {
    const next = withOptions(query('skip=1&$Skip=2&$top=3&a=b'), { $skip: '10', $skiptoken: undefined })
    expect(queryText(next)).toBe('$top=3&a=b&$skip=10')
  })
})
