import { expect, test } from 'vitest'
import { capabilities } from './capabilities.ts'

const open = {
  signedIn: false,
  mayAuthenticate: true,
  mayStartTls: false,
  appendLimit: 1000,
  unaskedLiterals: 'any',
  messageLimit: 0,
  saveLimit: 0,
  mayUnauthenticate: true,
} as const
const exchange = { profile: 'exchange-online', ...open } as const

test('Exchange Online in 2026', () => {
  expect(capabilities({ ...exchange, frontEnd: '2026' })).toBe(
    'IMAP4 IMAP4rev1 AUTH=XOAUTH2 LOGINDISABLED SASL-IR UIDPLUS MOVE ID UNSELECT CHILDREN IDLE NAMESPACE LITERAL+',
  )
})

test('the standards profile announces IMAP4rev2 and IMAP4rev1; exchange-online never announces rev2', () => {
  for (const frontEnd of ['classic', '2026'] as const)
    for (const signedIn of [false, true]) {
      const words = capabilities({ ...open, profile: 'standards', frontEnd, signedIn }).split(' ')
      expect(words).toEqual(expect.arrayContaining(['IMAP4rev1', 'IMAP4rev2']))
      expect(capabilities({ ...open, profile: 'exchange-online', frontEnd, signedIn })).not.toContain('rev2')
    }
})

test('no mechanism is announced on an unprotected connection', () => {
  for (const profile of ['standards', 'exchange-online'] as const)
    for (const frontEnd of ['classic', '2026'] as const) {
      const words = capabilities({ ...open, profile, frontEnd, mayAuthenticate: false, mayStartTls: true }).split(' ')
      expect(words.filter((word) => word.startsWith('AUTH='))).toEqual([])
      expect(words).toEqual(expect.arrayContaining(['STARTTLS', 'LOGINDISABLED']))
    }
})

const literals = (profile: 'standards' | 'exchange-online', unaskedLiterals: 'any' | 'small') =>
  capabilities({ ...open, profile, frontEnd: 'classic', unaskedLiterals })
    .split(' ')
    .filter((word) => word.startsWith('LITERAL'))

test('LITERAL+ or LITERAL- is announced; exchange-online always announces LITERAL+', () => {
  expect(literals('standards', 'any')).toEqual(['LITERAL+'])
  expect(literals('standards', 'small')).toEqual(['LITERAL-'])
  expect(literals('exchange-online', 'small')).toEqual(['LITERAL+'])
})

const limits = (messageLimit: number, saveLimit: number) =>
  capabilities({ ...open, profile: 'standards', frontEnd: 'classic', messageLimit, saveLimit }).match(
    /[A-Z]+LIMIT=\d+/g,
  )

test('SAVELIMIT is announced only without MESSAGELIMIT', () => {
  expect(limits(0, 0)).toEqual(['APPENDLIMIT=1000'])
  expect(limits(0, 5)).toEqual(['SAVELIMIT=5', 'APPENDLIMIT=1000'])
  expect(limits(7, 5)).toEqual(['MESSAGELIMIT=7', 'APPENDLIMIT=1000'])
})
