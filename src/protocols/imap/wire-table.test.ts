import { expect, test } from 'vitest'
import { imapWire } from './wire-table.ts'

test('replies to sign-ins, for each failed check', () => {
  const exchange = imapWire('exchange-online')
  expect(exchange(undefined, 'Bearer')).toBe('OK AUTHENTICATE completed.')
  expect(exchange('token', 'Bearer')).toBe('NO AUTHENTICATE failed.')
  expect(exchange('exchangeServicePrincipal', 'Bearer')).toBe('NO AUTHENTICATE failed.')
  expect(exchange('mailboxPermission', 'Bearer')).toBe('BAD User is authenticated but not connected.')
  expect(exchange('protocolEnabled', 'Bearer')).toBe('BAD User is authenticated but not connected.')
  expect(exchange('token', 'Basic')).toBe('NO LOGIN failed.')
  expect(exchange('token', 'Basic', true)).toBe('NO AUTHENTICATE failed.')
  const standards = imapWire('standards')
  expect(standards('role', 'Bearer')).toMatch(/^NO \[AUTHENTICATIONFAILED\] /)
  expect(standards('mailbox', 'Bearer')).toMatch(/^NO \[AUTHORIZATIONFAILED\] /)
  expect(standards('token', 'Basic')).toMatch(/^NO \[AUTHENTICATIONFAILED\] LOGIN/)
})
