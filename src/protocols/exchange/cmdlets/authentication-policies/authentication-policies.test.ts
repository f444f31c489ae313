import { describe, expect, it } from 'vitest'
import { type OpenServer, openServer } from '../../../../../test/support/server.ts'
import { newMailbox } from '../../../../../test/support/directory.ts'

type Output = Record<string, unknown>

const values = async (context: OpenServer, name: string, parameters: object = {}): Promise<Output[]> => {
  const answer = await context.invoke(name, parameters)
  expect(answer.statusCode).toBe(200)
  return answer.json<{ value: Output[] }>().value
}

const refusal = async (context: OpenServer, name: string, parameters: object): Promise<string> => {
  const answer = await context.invoke(name, parameters)
  expect(answer.statusCode).toBeGreaterThanOrEqual(400)
  return answer.json<{ error: { details: { message: string }[] } }>().error.details[0]!.message.split('|')[2]!
}

const switchesOf = (policy: Output | undefined) =>
  Object.entries(policy ?? {}).filter(([name]) => name.startsWith('AllowBasicAuth'))

describe('cmdlets of authentication policies', () => {
  it('New-AuthenticationPolicy without a switch makes a policy that blocks all twelve protocols', async () => {
    const context = await openServer()
    const [made] = await values(context, 'New-AuthenticationPolicy', { Name: 'Block Basic Auth' })
    expect(switchesOf(made)).toHaveLength(12)
    expect(switchesOf(made).filter(([, value]) => value !== false)).toEqual([])
    expect(made).toMatchObject({ Name: 'Block Basic Auth', Identity: 'Block Basic Auth', Id: 'Block Basic Auth' })
    expect(await values(context, 'Get-AuthenticationPolicy')).toEqual([made])
    expect(await values(context, 'Get-AuthenticationPolicy', { Identity: 'block basic auth' })).toEqual([made])
  })

  it('Set-AuthenticationPolicy changes the switches that are given, and no name', async () => {
    const context = await openServer()
    await values(context, 'New-AuthenticationPolicy', { Name: 'Old programs', AllowBasicAuthImap: true })
    await values(context, 'Set-AuthenticationPolicy', {
      Identity: 'Old programs',
      AllowBasicAuthImap: false,
      AllowBasicAuthPop: true,
      AllowLegacyExchangeTokens: true,
    })
    const [policy] = await values(context, 'Get-AuthenticationPolicy', { AllowLegacyExchangeTokens: true })
    expect(switchesOf(policy).filter(([, value]) => value)).toEqual([['AllowBasicAuthPop', true]])
    await values(context, 'Set-AuthenticationPolicy', { Identity: 'Old programs', BlockLegacyExchangeTokens: true })
    expect(await values(context, 'Get-AuthenticationPolicy', { AllowLegacyExchangeTokens: true })).toEqual([])
    expect(await refusal(context, 'Set-AuthenticationPolicy', { Identity: 'Old programs', Name: 'New' })).toMatch(
      /matches parameter name 'Name'/,
    )
    expect(
      await refusal(context, 'Set-AuthenticationPolicy', {
        Identity: 'Old programs',
        AllowLegacyExchangeTokens: true,
        BlockLegacyExchangeTokens: true,
      }),
    ).toMatch(/exclude each other/)
  })

  it('a user has the policy that Set-User gives, until $null takes it away', async () => {
    const context = await openServer()
    await context.directory.mailboxes.create(context.tenant.id, newMailbox('ada'))
    await values(context, 'New-AuthenticationPolicy', { Name: 'Some' })
    await values(context, 'Set-User', { Identity: 'ada@contoso.test', AuthenticationPolicy: 'some' })
    expect(await values(context, 'Get-User', { Identity: 'ada' })).toMatchObject([
      { UserPrincipalName: 'ada@contoso.test', AuthenticationPolicy: 'Some', RecipientTypeDetails: 'UserMailbox' },
    ])
    expect(await refusal(context, 'Remove-AuthenticationPolicy', { Identity: 'Some' })).toMatch(
      'it is that of ada@contoso.test',
    )
    await values(context, 'Set-User', { Identity: 'ada@contoso.test' })
    expect(await values(context, 'Get-User')).toMatchObject([{ AuthenticationPolicy: 'Some' }])
    await values(context, 'Set-User', { Identity: 'ada@contoso.test', AuthenticationPolicy: null })
    expect(await values(context, 'Get-User')).toMatchObject([{ AuthenticationPolicy: null }])
    await values(context, 'Remove-AuthenticationPolicy', { Identity: 'Some' })
    expect(await values(context, 'Get-AuthenticationPolicy')).toEqual([])
  })

  it('the organization has the default that Set-OrganizationConfig gives', async () => {
    const context = await openServer()
    await values(context, 'New-AuthenticationPolicy', { Name: 'Everybody' })
    await values(context, 'Set-OrganizationConfig', { DefaultAuthenticationPolicy: 'Everybody' })
    expect(await values(context, 'Get-OrganizationConfig')).toMatchObject([
      { DefaultAuthenticationPolicy: 'Everybody' },
    ])
    await values(context, 'Set-OrganizationConfig')
    await values(context, 'Set-OrganizationConfig', { DefaultAuthenticationPolicy: null })
    expect(await values(context, 'Get-OrganizationConfig')).toMatchObject([
      { Name: 'contoso.test', DefaultAuthenticationPolicy: null, IsDehydrated: false },
    ])
  })

  it.each([
    ['Set-AuthenticationPolicy', { Identity: 'nothing' }],
    ['Get-AuthenticationPolicy', { Identity: 'nothing' }],
    ['Remove-AuthenticationPolicy', { Identity: 'nothing' }],
    ['Set-OrganizationConfig', { DefaultAuthenticationPolicy: 'nothing' }],
    ['Set-User', { Identity: 'nothing' }],
  ])('%s of what is not there says so', async (name, parameters) => {
    const context = await openServer()
    expect(await refusal(context, name, parameters)).toMatch(/object 'nothing' couldn't be found/)
  })

  it('names are taken once, in 64 characters', async () => {
    const context = await openServer()
    await values(context, 'New-AuthenticationPolicy', { Name: 'One' })
    expect(await refusal(context, 'New-AuthenticationPolicy', { Name: 'ONE' })).toMatch(/already exists/)
    expect(await refusal(context, 'New-AuthenticationPolicy', { Name: 'x'.repeat(65) })).toMatch(/longer than 64/)
  })
})
