import { describe, expect, it } from 'vitest'
import { bind, bindJson } from '../bind.ts'
import { commonParameters } from '../cmdlet.ts'
import { findCmdlet } from '../index.ts'
import { onPremisesParameters } from './on-premises.ts'

const sources = { file: async () => '', standardInput: async () => '' }
const cmdlet = (name: string) => findCmdlet(name)!

describe('parameters of Exchange on premises', () => {
  it('are of cmdlets that there are, which have none of their own by the name', () => {
    for (const [name, parameters] of onPremisesParameters) {
      const own = Object.entries({ ...cmdlet(name).parameters, ...commonParameters }).flatMap(([it, { aliases }]) => [
        it,
        ...aliases,
      ])
      expect(own, name).not.toEqual(expect.arrayContaining(Object.keys(parameters)))
    }
  })

  it('are taken, and are nothing to the cmdlet', async () => {
    const asked = { Identity: 'info', domaincontroller: 'dc01.contoso.test', ReadFromDomainController: true }
    const credential = { UserName: 'contoso\\ada', Password: 'secret' }
    expect(bindJson(cmdlet('Get-Mailbox'), { ...asked, Credential: credential }).values).toEqual({ Identity: 'info' })
    const words = ['info', '-User', 'ada', '-Domain', 'dc01', '-AccessRights', 'FullAccess']
    expect((await bind(cmdlet('Add-MailboxPermission'), words, sources)).values).toEqual({
      Identity: 'info',
      User: 'ada',
      AccessRights: ['FullAccess'],
    })
    expect(
      bindJson(cmdlet('New-AuthenticationPolicy'), { Name: 'x', BlockLegacyAuthImap: true, BlockModernAuthPop: true })
        .values,
    ).toEqual({ Name: 'x' })
  })

  it('are not in the way of the beginnings of others', async () => {
    const words = ['info', '-User', 'ada', '-Access', 'FullAccess', '-D']
    expect((await bind(cmdlet('Add-MailboxPermission'), words, sources)).values).toMatchObject({ Deny: true })
  })

  it('are not taken by a cmdlet that is of Exchange Online alone, nor misspelt', () => {
    for (const [name, parameter] of [
      ['Get-ServicePrincipal', 'DomainController'],
      ['Add-RecipientPermission', 'DomainController'],
      ['Search-UnifiedAuditLog', 'DomainController'],
      ['Get-Mailbox', 'DomainControler'],
      ['Get-Mailbox', 'Database'],
    ] as const) {
      expect(() => bindJson(cmdlet(name), { [parameter]: 'dc01' })).toThrow(parameter)
    }
  })
})
