import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { postern } from '../../../test/support/command-line.ts'
import { cmdlets } from '../../cmdlets/index.ts'

const run = promisify(execFile)

describe('completion in bash', () => {
  let folder: string
  let script: string
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'postern-'))
    script = path.join(folder, 'completion.bash')
    await writeFile(script, (await postern(['completion', 'bash'])).out)
  })

  afterAll(() => rm(folder, { recursive: true }))

  /** Bash's completions for the last of these words. */
  async function offered(...words: string[]): Promise<string[]> {
    const program =
      'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _postern; printf "%s\\n" "${COMPREPLY[@]}"'
    const { stdout } = await run('bash', ['--norc', '-c', program, 'bash', script, ...words])
    return stdout.split('\n').filter((line) => line !== '')
  }

  it('offers commands and cmdlets, in any letter case', async () => {
    expect(await offered('postern', 'get-mailboxp')).toEqual(['Get-MailboxPermission'])
    expect(await offered('postern', 'reset')).toEqual(['reset-admin'])
    expect(await offered('postern', '')).toEqual(expect.arrayContaining(cmdlets.map(({ name }) => name)))
  })

  it('offers the parameters of a cmdlet and the options of a command', async () => {
    expect(await offered('postern', 'New-Mailbox', '-Pr')).toEqual(['-PrimarySmtpAddress'])
    expect(await offered('postern', 'new-mailbox', '-wh')).toEqual(['-WhatIf'])
    expect(await offered('postern', 'Get-Mailbox', '-Wh')).toEqual([])
    expect(await offered('postern', 'token', '--client-s')).toEqual(['--client-secret', '--client-secret-file'])
    expect(await offered('postern', 'report', 'b')).toEqual(['basic-auth', 'basic-auth-plan'])
    expect(await offered('postern', 'report', '--p')).toEqual(['--protocol', '--pop'])
    expect(await offered('postern', 'completion', 'f')).toEqual(['fish'])
  })

  it('offers the words that a value is one of', async () => {
    expect(await offered('postern', 'Get-Mailbox', '-RecipientTypeDetails', 'S')).toEqual(['SharedMailbox'])
    expect(await offered('postern', 'Set-CASMailbox', '-ImapEnabled', '')).toEqual(['true', 'false'])
    expect(await offered('postern', 'Get-Mailbox', '-Identity', 'zz')).toEqual([])
  })
})

describe('completion', () => {
  it.each(['zsh', 'fish'])(
    'for %s knows every cmdlet, every parameter and the words of their values',
    async (shell) => {
      const { out } = await postern(['completion', shell])
      for (const { name, parameters } of cmdlets) {
        expect(out).toContain(name)
        for (const parameter of Object.keys(parameters))
          expect(out).toContain(shell === 'fish' ? `-o ${parameter}` : `-${parameter}`)
      }
      expect(out).toContain('SharedMailbox')
    },
  )

  it('is for the shells that there are', async () => {
    for (const words of [[], ['tcsh'], ['bash', 'zsh']])
      expect(await postern(['completion', ...words])).toMatchObject({ code: 2, out: '' })
  })
})
