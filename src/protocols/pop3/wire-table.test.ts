import { describe, expect, test } from 'vitest'
import type { Profile } from '../../core/profile.ts'
import { checkNames } from '../../domain/audit/types.ts'
import { pop3Wire } from './wire-table.ts'

const profiles: readonly Profile[] = ['exchange-online', 'standards']

describe.each(profiles)('on the wire of %s', (profile) => {
  const wire = pop3Wire(profile)

  test('a grant is +OK and every failed check is -ERR, in one line', () => {
    expect(wire(undefined, 'Bearer')).toMatch(/^\+OK [\x20-\x7e]+$/)
    for (const check of checkNames) {
      expect(wire(check, 'Bearer')).toMatch(/^-ERR [\x20-\x7e]+$/)
      expect(wire(check, 'Basic')).toMatch(/^-ERR [\x20-\x7e]+$/)
    }
  })

  test('a missing mailbox and one without permission get the same reply', () => {
    expect(wire('mailbox', 'Bearer')).toBe(wire('mailboxPermission', 'Bearer'))
    expect(wire('protocolEnabled', 'Bearer')).toBe(wire('mailboxPermission', 'Bearer'))
  })
})

test('exchange-online has one refusal for tokens and one for passwords', () => {
  const wire = pop3Wire('exchange-online')
  expect(new Set(checkNames.map((check) => wire(check, 'Bearer'))).size).toBe(1)
  expect(wire('role', 'Bearer')).toBe('-ERR Authentication failure: unknown user name or bad password.')
  expect(wire('token', 'Basic')).toBe('-ERR Logon failure: unknown user name or bad password.')
})
