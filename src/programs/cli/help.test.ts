import { describe, expect, it } from 'vitest'
import { postern } from '../../../test/support/command-line.ts'
import { cmdlets } from '../../cmdlets/index.ts'
import { columns, printable, properties } from './output/table.ts'

describe('help', () => {
  it('is grouped by task and fits on a screen', async () => {
    const { code, out } = await postern(['help'])
    expect(code).toBe(0)
    const lines = out.trimEnd().split('\n')
    expect(lines.length).toBeLessThanOrEqual(80)
    expect(lines.filter((line) => line.length > 100)).toEqual([])
    for (const name of ['serve', 'token', 'import', 'export', 'explain', 'reset-admin'])
      expect(out).toMatch(new RegExp(`^ {2}${name} `, 'm'))
    expect((await postern(['--help'])).out).toBe(out)
  })

  it('lists every cmdlet with Get-Command', async () => {
    const { out } = await postern(['Get-Command'])
    for (const { name } of cmdlets) expect(out).toContain(name)
  })

  it.each([
    [['expalin'], "Did you mean 'explain'?"],
    [['Get-Mailbx'], "Did you mean 'Get-Mailbox'?"],
    [['help', 'exprot'], "Did you mean 'export'?"],
    [['New-Mailbox', '-Nmae', 'x'], 'Did you mean -Name?'],
    [['token', '--clientid', 'x'], 'did you mean --client-id?'],
  ])('suggests the command or parameter that %j is spelled like', async (words, hint) => {
    expect(await postern(words)).toMatchObject({ code: 2, out: '', err: expect.stringContaining(hint) })
  })

  it('is the same however it is asked for', async () => {
    const { out } = await postern(['help', 'new-mailbox'])
    expect(out).toContain('-PrimarySmtpAddress <String>')
    expect(out).toMatch(/^EXAMPLES\n {4}postern New-Mailbox -Shared /m)
    for (const words of [
      ['New-Mailbox', '--help'],
      ['Get-Help', 'New-Mailbox'],
      ['get-help', '-Name', 'New-Mailbox'],
      ['Get-Help', '-Full', 'New-Mailbox'],
      ['Get-Help', 'New-Mailbox', '-Examples'],
    ]) {
      expect(await postern(words)).toEqual({ code: 0, out, err: '' })
    }
  })

  it('lists what is called so, where a name has wildcards', async () => {
    const { code, out } = await postern(['Get-Help', '*-mailboxpermission'])
    expect(code).toBe(0)
    expect(out.split('\n').map((line) => line.trim().split(' ')[0])).toEqual([
      'Add-MailboxPermission',
      'Get-MailboxPermission',
      'Remove-MailboxPermission',
      '',
    ])
    expect((await postern(['help', 'Get-CASMailbo?'])).out).toContain('Get-CASMailbox')
    for (const form of ['*Disk*', '(*', '*\\'])
      expect(await postern(['help', form])).toMatchObject({ code: 2, out: '' })
  })

  it('tells which server is asked, and what the exit codes mean', async () => {
    const { out } = await postern(['help', 'environment'])
    for (const name of ['POSTERN_URL', 'POSTERN_TENANT', 'POSTERN_CLIENT_SECRET_FILE', 'POSTERN_CA'])
      expect(out).toMatch(new RegExp(`^ {2}${name} {2,}\\S`, 'm'))
    for (const text of [(await postern(['help', 'exit-codes'])).out, (await postern(['serve', '--help'])).out])
      for (const code of [0, 1, 2, 3, 4]) expect(text).toMatch(new RegExp(`^ {2}${code} {2}\\S`, 'm'))
  })

  it('tells of serve and starts nothing', async () => {
    expect((await postern(['serve', '--help'])).out).toContain('--port-base')
  })

  it('is not what a wrong word gets on standard output', async () => {
    for (const words of [[], ['nonsense'], ['help', 'nonsense'], ['nonsense', '--help']]) {
      expect(await postern(words)).toMatchObject({ code: 2, out: '' })
    }
    const json = await postern(['nonsense', '--json'])
    expect(JSON.parse(json.err)).toMatchObject({ error: { code: 'WrongUsage' } })
  })

  it('has the version', async () => {
    expect((await postern(['--version'])).out).toMatch(/^\d+\.\d+\.\d+\n$/)
  })
})

describe('tables', () => {
  it('align columns by what is seen of them', () => {
    const objects = [
      { name: '会議', on: true, list: ['a', 'b'] },
      { name: 'x', on: false, list: [], more: { a: 1 } },
    ]
    expect(columns(['name', 'on', 'list', 'more'], objects)).toBe(
      ['Name  On     List  More', '----  --     ----  ----', '会議  True   a, b', 'x     False        {"a":1}'].join(
        '\n',
      ),
    )
    expect(properties(['name', 'on'], objects[0]!)).toBe('Name  : 会議\nOn    : True')
  })

  it('let no name move the cursor', () => {
    expect(printable('a\x1b[2Jb\nc\x9b1m')).toBe('a [2Jb c 1m')
  })
})
