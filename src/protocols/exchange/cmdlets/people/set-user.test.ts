import { expect, it } from 'vitest'
import { openServer } from '../../../../../test/support/server.ts'
import { MINUTE } from '../../../../core/time.ts'

type Output = Record<string, unknown>

async function opened() {
  const context = await openServer()
  const values = async (name: string, parameters: object): Promise<Output[]> =>
    (await context.invoke(name, parameters)).json<{ value: Output[] }>().value
  await values('New-Mailbox', { Shared: true, Name: 'Info' })
  return { context, values }
}

it('Set-User changes names, and the mailbox behind the user goes by them too', async () => {
  const { values } = await opened()
  const names = { DisplayName: 'Information', FirstName: 'In', LastName: 'Formation' }
  await values('Set-User', { Identity: 'info@contoso.test', ...names })
  expect(await values('Get-User', { Identity: 'Info' })).toMatchObject([names])
  expect(await values('Get-Mailbox', { Identity: 'Info' })).toMatchObject([{ DisplayName: 'Information' }])
  await values('Set-User', { Identity: 'Info', LastName: null })
  expect(await values('Get-User', { Identity: 'Info' })).toMatchObject([{ ...names, LastName: '' }])
})

it('Set-User ends what goes back to a sign-in until now', async () => {
  const { context, values } = await opened()
  context.world.advance(MINUTE)
  await values('Set-User', { Identity: 'Info', STSRefreshTokensValidFrom: '2026-11-24T08:00:00Z' })
  const user = await context.directory.users.find(context.tenant.id, 'info@contoso.test')
  expect(user!.signInsRevoked).toBe(context.world.now())
})

it('Set-User changes nothing for an unknown policy', async () => {
  const { context, values } = await opened()
  const answer = await context.invoke('Set-User', {
    Identity: 'Info',
    DisplayName: 'Other',
    AuthenticationPolicy: 'none',
  })
  expect(answer.statusCode).toBe(404)
  expect(await values('Get-User', { Identity: 'Info' })).toMatchObject([{ DisplayName: 'Info' }])
})
