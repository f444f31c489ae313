import { execFileSync } from 'node:child_process'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Guid } from '../../core/ids.ts'
import { quoted } from '../../core/command-line.ts'
import { allowMailbox, enableProtocol } from './command-line.ts'
import { anyText } from '../../../test/support/any-text.ts'

const id = '11111111-1111-4111-8111-111111111111' as Guid

describe('command lines', () => {
  it('are ready to be pasted', () => {
    expect(allowMailbox('ada@contoso.test', id)).toBe(
      `postern Add-MailboxPermission -Identity ada@contoso.test -User ${id} -AccessRights FullAccess`,
    )
    expect(enableProtocol('ada@contoso.test', 'ImapEnabled')).toBe(
      'postern Set-CASMailbox -Identity ada@contoso.test -ImapEnabled true',
    )
  })

  it('do not let a value be taken for a file, nor for a parameter', () => {
    expect(quoted('@secret')).toBe('@@secret')
    expect(quoted('=ls')).toBe("'=ls'")
    expect(allowMailbox('-Deny@contoso.test', id)).toContain(' -Identity:-Deny@contoso.test ')
  })

  it('hold values that a shell hands on as they are', () => {
    const printed = anyText().filter((text) => !text.includes('\0') && !text.startsWith('@'))
    const wild = fc.constantFrom(
      '',
      "it's",
      '$(rm -rf /)',
      '`id`',
      'a;b|c&d',
      '"',
      '\\',
      'a b',
      '*',
      '~',
      '!!',
      'a\nb',
      '-x',
    )
    fc.assert(
      fc.property(fc.array(fc.oneof(printed, wild), { minLength: 1, maxLength: 50 }), (values) => {
        const script = `printf '%s\\0' ${values.map(quoted).join(' ')}`
        const told = execFileSync('/bin/sh', ['-c', script]).toString().split('\0').slice(0, -1)
        expect(told).toEqual(values.map((value) => Buffer.from(value).toString()))
      }),
      { numRuns: 30 },
    )
  })
})
