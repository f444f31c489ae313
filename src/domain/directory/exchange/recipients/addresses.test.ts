import { describe, expect, it } from 'vitest'
import { addressesAfter } from './addresses.ts'

const many = Array.from({ length: 20_000 }, (_, at) => `smtp:a${at}@contoso.test`)

describe('the addresses of a recipient', () => {
  it('are checked in time linear in the length of the list', () => {
    expect(() => addressesAfter(['SMTP:a@contoso.test'], { replace: many })).toThrow('more than 400 entries')
    expect(() => addressesAfter(['SMTP:a@contoso.test'], { add: many, remove: [] })).toThrow('more than 400 entries')
    const held = ['SMTP:a@contoso.test', 'smtp:b@contoso.test']
    expect(addressesAfter(held, { add: [], remove: [...many, 'B@contoso.test'] })).toEqual(['SMTP:a@contoso.test'])
  })

  it('are listed once, and as primary if one of the duplicates is primary', () => {
    const given = [
      'smtp:a@contoso.test',
      'A@contoso.test',
      'smtp:b@contoso.test',
      'SMTP:B@contoso.test',
      'sip:a@contoso.test',
    ]
    expect(addressesAfter([], { replace: given })).toEqual([
      'SMTP:B@contoso.test',
      'smtp:a@contoso.test',
      'sip:a@contoso.test',
    ])
    expect(addressesAfter(['SMTP:a@contoso.test'], { add: ['smtp:A@contoso.test'], remove: [] })).toEqual([
      'SMTP:A@contoso.test',
    ])
  })
})
