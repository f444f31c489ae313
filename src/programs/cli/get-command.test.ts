import { expect, it } from 'vitest'
import { postern } from '../../../test/support/command-line.ts'

const namesIn = (out: string): readonly string[] => (JSON.parse(out) as { Name: string }[]).map(({ Name }) => Name)

it.each<[readonly string[], readonly string[]]>([
  [['Get-CASMailbox'], ['Get-CASMailbox']],
  [
    ['-Name', '*-casmailbox'],
    ['Get-CASMailbox', 'Set-CASMailbox'],
  ],
  [
    ['-Noun', 'TransportConfig', '-Module', 'ExchangeOnlineManagement'],
    ['Get-TransportConfig', 'Set-TransportConfig'],
  ],
  [['-Verb', 'Get', '-Noun', 'mailbox'], ['Get-Mailbox']],
])('Get-Command %j finds %j', async (words, names) => {
  const { code, out } = await postern(['Get-Command', ...words, '--json'])
  expect(code).toBe(0)
  expect(namesIn(out)).toEqual(names)
})

it('Get-Command prints columns, and PowerShell’s error for an unknown name', async () => {
  expect((await postern(['get-command', 'Get-Mailbox'])).out).toMatch(
    /^CommandType +Name +Module\n.*\nCmdlet +Get-Mailbox +ExchangeOnlineManagement\n$/,
  )
  const none = await postern(['Get-Command', 'Get-Nothing'])
  expect(none).toMatchObject({ code: 1, out: '' })
  expect(none.err).toContain("The term 'Get-Nothing' is not recognized as the name of a cmdlet")
  expect(await postern(['Get-Command', '-Nonsense', 'x'])).toMatchObject({ code: 2, out: '' })
})
