import { describe, expect, it } from 'vitest'
import { checkNewPassword } from './password-rules.ts'

const upn = 'ada.lovelace@contoso.test'

describe('the rules for a new password', () => {
  it.each([
    ['eight characters of three classes', 'Horse-ba'],
    ['lower case, digits and symbols', 'horse-1843'],
    ['a space as a symbol', 'Correct horse'],
    ['letters of other scripts', 'Größe und Länge'],
    ['256 characters', `Aa1${'x'.repeat(253)}`],
  ])('accept %s', (_, password) => {
    expect(() => checkNewPassword(password, upn)).not.toThrow()
  })

  it.each([
    ['an empty password', ''],
    ['seven characters', 'Horse-1'],
    ['two classes', 'correct horse'],
    ['257 characters', `Aa1${'x'.repeat(254)}`],
    ['the user name', 'My-ADA.Lovelace-1'],
  ])('refuse %s', (_, password) => {
    expect(() => checkNewPassword(password, upn)).toThrow(
      'The specified password does not comply with password complexity requirements. Please provide a different password.',
    )
  })

  it('do not look for a user name of two characters', () => {
    expect(() => checkNewPassword('Horse-al-1', 'al@contoso.test')).not.toThrow()
  })
})
