import { expect, it } from 'vitest'
import { didYouMean } from './did-you-mean.ts'

const cmdlets = ['Get-Mailbox', 'Set-Mailbox', 'New-Mailbox', 'Get-MailboxPermission', 'explain', 'export']

it.each([
  ['get-mailbx', 'Get-Mailbox'],
  ['expalin', 'explain'],
  ['Get-MailboxPermision', 'Get-MailboxPermission'],
  ['exprot', 'export'],
])('suggests for %s the candidate %s', (word, candidate) => {
  expect(didYouMean(word, cmdlets)).toBe(candidate)
})

it.each(['frobnicate', '', 'x'])('suggests nothing for "%s"', (word) => {
  expect(didYouMean(word, cmdlets)).toBeUndefined()
})
