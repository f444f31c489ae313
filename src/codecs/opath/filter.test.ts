import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { matches, type OpathValue } from './filter.ts'
import { parseFilter } from './parse-filter.ts'

const object: Readonly<Record<string, OpathValue>> = {
  name: 'Info Desk',
  isshared: true,
  emailaddresses: ['SMTP:info@contoso.test', 'smtp:desk@contoso.test'],
  resourcetype: null,
  quota: 5,
  whencreated: new Date('2026-11-24T08:00:00Z'),
  none: [],
}
const passes = (text: string) => matches(parseFilter(text), (property) => object[property.toLowerCase()] ?? null)

describe('an object matches', () => {
  it.each([
    "Name -eq 'info desk'",
    "Name -ne 'info'",
    "Name -like 'info*'",
    "Name -like '*DESK'",
    "Name -like '*o d*'",
    "Name -like '*'",
    "Name -like 'i*o*s*k'",
    "Name -notlike 'desk*'",
    'IsShared -eq $true',
    "IsShared -eq 'true'",
    "EmailAddresses -like '*desk@*'",
    "EmailAddresses -eq 'smtp:INFO@contoso.test'",
    'ResourceType -eq $null',
    'None -eq $null',
    'Name -ne $null',
    'Quota -eq 5',
    "WhenCreated -eq '2026-11-24 08:00:00Z'",
    "WhenCreated -eq '2026-11-24T08:00:00'",
    "WhenCreated -eq '11/24/2026 8:00 AM'",
    "WhenCreated -gt '2026-11-24'",
    "WhenCreated -lt '11/25/2026'",
    "WhenCreated -ge '2026-11-24T09:00:00+01:00'",
    'Quota -gt 4.5 -and Quota -le 5 -and Quota -lt 10',
    "Name -ge 'INFO' -and Name -lt 'j'",
    "EmailAddresses -gt 'smtp:i'",
    "Name -eq 'x' -or IsShared -eq $true",
    "-not Name -eq 'x'",
  ])('%s', (text) => {
    expect(passes(text)).toBe(true)
  })
})

describe('an object does not match', () => {
  it.each([
    "Name -eq 'info*'",
    "Name -like 'info'",
    "Name -like 'info desk*desk'",
    "EmailAddresses -ne 'smtp:info@contoso.test'",
    "Name -eq 'info desk' -and IsShared -eq $false",
    "-not (Name -like '*')",
    "ResourceType -like '*'",
    "WhenCreated -gt '2026-11-24T08:00:00Z'",
    "WhenCreated -gt 'no date' -or WhenCreated -le 'no date'",
    "WhenCreated -gt 'room 5' -or WhenCreated -le 'room 5'",
    "Quota -gt 'x' -or Quota -lt $null",
    "ResourceType -gt '' -or ResourceType -le 'z'",
  ])('%s', (text) => {
    expect(passes(text)).toBe(false)
  })
})

it('a pattern matches the text that it was made from, in linear time', () => {
  fc.assert(
    fc.property(
      fc.array(fc.stringMatching(/^[a-z]{0,4}$/), { minLength: 1 }),
      fc.stringMatching(/^[a-z]{0,3}$/),
      (pieces, between) => {
        const filter = parseFilter(`Name -like '${pieces.join('*')}'`)
        expect(matches(filter, () => pieces.join(pieces.length > 1 ? between : ''))).toBe(true)
      },
    ),
  )
  const many = parseFilter(`Name -like '${'*a'.repeat(1000)}*b'`)
  expect(matches(many, () => 'a'.repeat(100_000))).toBe(false)
})
