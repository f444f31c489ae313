import { describe, expect, test } from 'vitest'
import { checkNames } from '../../domain/audit/types.ts'
import { deniedSenderWire, smtpWire } from './wire-table.ts'

describe('the reply to AUTH', () => {
  test.each(['exchange-online', 'standards'] as const)('is 235 only for a grant (%s)', (profile) => {
    const wire = smtpWire(profile, 'mail.contoso.test')
    for (const authentication of ['Bearer', 'Basic'] as const) {
      expect(wire(undefined, authentication)).toMatch(/^235 2\.7\.0 /)
      for (const check of checkNames) expect(wire(check, authentication)).toMatch(/^53[45] 5\.7\.\d+ [\x20-\x7e]+$/)
    }
  })

  test('does not reveal the failed check in exchange-online', () => {
    const wire = smtpWire('exchange-online', 'mail.contoso.test')
    const said = checkNames.filter((check) => check !== 'basicAuthentication').map((check) => wire(check, 'Bearer'))
    expect(new Set(said)).toEqual(new Set(['535 5.7.3 Authentication unsuccessful [mail.contoso.test]']))
    expect(wire('basicAuthentication', 'Basic')).toMatch(/^535 5\.7\.139 /)
    expect(wire('user', 'Basic')).toMatch(/^535 5\.7\.3 /)
  })

  test('differs in standards between a bad credential and a closed mailbox', () => {
    const wire = smtpWire('standards', 'mail.contoso.test')
    expect(wire('exchangeServicePrincipal', 'Bearer')).toBe('535 5.7.8 Authentication failed')
    expect(wire('mailboxPermission', 'Bearer')).toBe('535 5.7.1 The mailbox cannot be opened')
    expect(wire('basicAuthentication', 'Basic')).toMatch(/^534 5\.7\.9 /)
    expect(wire('user', 'Basic')).toMatch(/^535 5\.7\.8 /)
  })

  test.each(['exchange-online', 'standards'] as const)(
    'names a retirement plan that ended passwords (%s)',
    (profile) => {
      expect(smtpWire(profile, 'mail.contoso.test')('basicAuthentication', 'Basic', true, 'plan')).toBe(
        '550 5.7.30 Basic authentication is not supported for Client Submission.',
      )
    },
  )

  test.each(['exchange-online', 'standards'] as const)(
    'names the tenant or mailbox that is switched off (%s)',
    (profile) => {
      const wire = smtpWire(profile, 'mail.contoso.test')
      const rest = 'Visit https://aka.ms/smtp_auth_disabled for more information. [mail.contoso.test]'
      for (const authentication of ['Bearer', 'Basic'] as const) {
        expect(wire('protocolEnabled', authentication, false, 'tenant')).toBe(
          `535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant. ${rest}`,
        )
        expect(wire('protocolEnabled', authentication, false, 'mailbox')).toBe(
          `535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Mailbox. ${rest}`,
        )
      }
    },
  )
})

test('a denied sender gets the refusal of the profile', () => {
  const denied = { mailbox: 'ada@contoso.test', from: 'bob@contoso.test' }
  expect(deniedSenderWire('exchange-online', 'mail.contoso.test')(denied)).toMatch(
    /^554 5\.2\.252 SendAsDenied; ada@contoso\.test not allowed to send as bob@contoso\.test; .*\[Hostname=mail\.contoso\.test\]$/,
  )
  expect(deniedSenderWire('standards', 'mail.contoso.test')(denied)).toMatch(/^550 5\.7\.1 /)
})
