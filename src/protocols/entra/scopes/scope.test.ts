import { describe, expect, it } from 'vitest'
import { defaultScopeResource } from './scope.ts'

describe('a client credentials scope names the resource', () => {
  it.each([
    ['https://outlook.office365.com/.default', 'https://outlook.office365.com'],
    ['https://ps.outlook.com/.default', 'https://ps.outlook.com'],
    ['00000002-0000-0ff1-ce00-000000000000/.default', '00000002-0000-0ff1-ce00-000000000000'],
    ['https://graph.microsoft.com//.default', 'https://graph.microsoft.com/'],
    ['api://reader/mail/.default', 'api://reader/mail'],
    ['https://outlook.office365.com/.Default', 'https://outlook.office365.com'],
    ['https://outlook.office365.com/.default openid profile offline_access', 'https://outlook.office365.com'],
    [' offline_access  https://outlook.office365.com/.default ', 'https://outlook.office365.com'],
    ['https://a.test/.default https://A.test//.default', 'https://a.test'],
  ])('%s', (scope, resource) => {
    expect(defaultScopeResource(scope)).toBe(resource)
  })
})

describe('a client credentials scope is refused', () => {
  it.each([
    ['.default', '1002012'],
    ['/.default', '1002012'],
    ['https://outlook.office365.com', '1002012'],
    ['https://outlook.office365.com/IMAP.AccessAsApp', '1002012'],
    ['https://outlook.office365.com/.default.x', '1002012'],
    ['User.Read', '1002012'],
    ['openid profile offline_access', '1002012'],
    ['https://graph.microsoft.com/.default https://outlook.office365.com/.default', '700022'],
    ['https://outlook.office365.com/.default User.Read', '700022'],
    ['https://graph.microsoft.com/.default User.Read', '70011'],
    ['https://outlook.office365.com/.default https://outlook.office365.com/SMTP.Send', '70011'],
    ['https://outlook.office365.com/.default\thttps://a.test/.default', '70011'],
    ['https://outlook.office365.com/"/.default', '70011'],
    ['https://löwe.test/.default', '70011'],
  ])('%j with AADSTS%s', (scope, code) => {
    expect(() => defaultScopeResource(scope)).toThrow(
      expect.objectContaining({ detail: expect.objectContaining({ aadsts: code }) }),
    )
  })
})
