import { assert, property, string } from 'fast-check'
import { expect, it } from 'vitest'
import { commonName, distinguishedName } from './distinguished-name.ts'

it('places an object below its organisation', () => {
  expect(distinguishedName('Info Desk', 'contoso.test')).toBe(
    'CN=Info Desk,OU=contoso.test,OU=Microsoft Exchange Hosted Organizations,DC=contoso,DC=test',
  )
})

it('returns the name that it was made from', () => {
  const names = string({ minLength: 1 }).filter((name) => !/[\n\r\u2028\u2029]/.test(name))
  assert(property(names, (name) => commonName(distinguishedName(name, 'contoso.test')) === name))
})

it.each(['', 'Info', 'CN=', 'CN=Info', 'OU=Info,DC=test'])('returns undefined for %j', (text) => {
  expect(commonName(text)).toBeUndefined()
})
