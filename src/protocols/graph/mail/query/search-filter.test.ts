import { describe, expect, it } from 'vitest'
import { searchFilter } from './search-filter.ts'

const now = Date.parse('2026-12-03T14:00:00Z')
const compiled = (search: string) => searchFilter(search, now)
const header = (name: string, text: string) => ({ is: 'search', query: { key: 'header', name, text } })
const text = (where: string, value: string) => ({ is: 'text', in: where, how: 'contains', text: value })

describe('$search', () => {
  it.each<[string, object]>([
    ['"from:ada"', text('from', 'ada')],
    ['"to:@contoso.test"', header('to', '@contoso.test')],
    ['"pizza"', { is: 'or', of: [text('from', 'pizza'), text('subject', 'pizza'), text('body', 'pizza')] }],
    ['"subject:\\"two words\\""', text('subject', 'two words')],
    ['"subject:"two words""', text('subject', 'two words')],
    ['"received<=12/03/2026"', { is: 'time', of: 'received', before: Date.parse('2026-12-04') }],
    ['"sent>=12/03/2026"', { is: 'time', of: 'sent', from: Date.parse('2026-12-03') }],
    ['"size>100"', { is: 'octets', from: 101 }],
    ['"size:1..500000"', { is: 'octets', from: 1, before: 500_001 }],
    ['"hasAttachments:true"', { is: 'attachments', value: true }],
    ['"NOT importance:high"', { is: 'not', of: { is: 'importance', value: 'high' } }],
    ['pizza*', { is: 'or', of: [text('from', 'pizza'), text('subject', 'pizza'), text('body', 'pizza')] }],
  ])('%s becomes a filter of the store', (search, filter) => {
    expect(compiled(search)).toEqual(filter)
  })

  it.each([
    ['from:ada', "Syntax error: character ':' is not valid at position 4 in 'from:ada'."],
    ['"from:ada', 'There is an unterminated string literal at position 9'],
    ['""', 'The search query is empty.'],
    ['"received>=soon"', "The value 'soon' is not valid"],
    ['"size>x"', "The value 'x' is not valid"],
  ])('%s is refused', (search, why) => {
    expect(() => compiled(search)).toThrow(why)
  })
})
