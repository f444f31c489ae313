import { describe, expect, it } from 'vitest'
import { type OpenServer, openServer } from '../../../../../test/support/server.ts'
import { casInitial, casParameters } from '../../../../cmdlets/exchange/cas-mailboxes.ts'

type Output = Record<string, unknown>

const values = async (context: OpenServer, name: string, parameters: object = {}): Promise<Output[]> =>
  (await context.invoke(name, parameters)).json<{ value: Output[] }>().value

async function opened() {
  const context = await openServer()
  await values(context, 'New-Mailbox', { Shared: true, Name: 'Info' })
  const shown = async () => (await values(context, 'Get-CASMailbox', { Identity: 'Info' }))[0]!
  const set = (parameters: object) => context.invoke('Set-CASMailbox', { Identity: 'Info', ...parameters })
  return { context, shown, set }
}

describe('Set-CASMailbox', () => {
  it('keeps every switch, of protocols that are not served too, and Get-CASMailbox shows it', async () => {
    const { shown, set } = await opened()
    expect(await shown()).toMatchObject({ ...casInitial, SmtpClientAuthenticationDisabled: null })
    const other = Object.fromEntries(
      Object.keys(casParameters).map((name) => {
        const initial = casInitial[name as keyof typeof casParameters]
        if (typeof initial === 'boolean') return [name, !initial]
        if (name.endsWith('MimeFormat')) return [name, 'HtmlOnly']
        if (name.endsWith('Policy')) return [name, 'EnforceBlockList']
        return [name, name.endsWith('List') ? ['Outlook*', 'curl'] : true]
      }),
    )
    await set(other)
    expect(await shown()).toMatchObject(other)
    await set({ ImapEnabled: false })
    expect(await shown()).toMatchObject({ ...other, ImapEnabled: false, PopEnabled: true })
  })

  it('has three states for SMTP: off, on, and as the organization says', async () => {
    const { shown, set } = await opened()
    for (const state of [true, false, null]) {
      await set({ SmtpClientAuthenticationDisabled: state })
      expect(await shown()).toMatchObject({ SmtpClientAuthenticationDisabled: state })
    }
  })

  it('takes formats by number, and refuses other values', async () => {
    const { shown, set } = await opened()
    await set({ PopMessagesRetrievalMimeFormat: 6, EwsEnabled: null })
    expect(await shown()).toMatchObject({ PopMessagesRetrievalMimeFormat: 'Tnef', EwsEnabled: true })
    expect((await set({ PopMessagesRetrievalMimeFormat: 7 })).statusCode).toBe(400)
    expect((await set({ EwsBlockList: ['x'.repeat(40_000)] })).statusCode).toBe(400)
  })

  it('stands in the audit under its own name, with what it changed', async () => {
    const { context, set } = await opened()
    await set({ SmtpClientAuthenticationDisabled: true, OWAEnabled: false })
    const [last] = await context.directory.audits.page(context.tenant.id, { limit: 1 })
    expect(last).toMatchObject({ activity: 'Set-CASMailbox', actor: { kind: 'app' } })
    expect(last!.changes).toEqual([
      { property: 'SmtpClientAuthenticationDisabled', before: undefined, after: 'true' },
      { property: 'OWAEnabled', before: undefined, after: 'false' },
    ])
  })
})

describe('what holds for the whole organization', () => {
  it('is shown and changed by the cmdlets of transport', async () => {
    const { context } = await opened()
    const shown = async () => (await values(context, 'Get-TransportConfig'))[0]
    expect(await shown()).toMatchObject({ SmtpClientAuthenticationDisabled: false, AllowLegacyTLSClients: null })
    await values(context, 'Set-TransportConfig', { SmtpClientAuthenticationDisabled: true })
    await values(context, 'Set-TransportConfig', { AllowLegacyTLSClients: true })
    expect(await shown()).toMatchObject({
      Name: 'Transport Settings',
      SmtpClientAuthenticationDisabled: true,
      AllowLegacyTLSClients: true,
    })
    const [, before] = await context.directory.audits.page(context.tenant.id, { limit: 2 })
    expect(before).toMatchObject({
      activity: 'Set-TransportConfig',
      changes: [{ property: 'SmtpClientAuthenticationDisabled', after: 'true' }],
    })
  })

  it('is not changed with -WhatIf', async () => {
    const { context } = await opened()
    await values(context, 'Set-TransportConfig', { SmtpClientAuthenticationDisabled: true, WhatIf: true })
    expect(await values(context, 'Get-TransportConfig')).toMatchObject([{ SmtpClientAuthenticationDisabled: false }])
  })

  it('is kept for Exchange Web Services', async () => {
    const { context } = await opened()
    const shown = async () => (await values(context, 'Get-OrganizationConfig'))[0]
    expect(await shown()).toMatchObject({ EwsEnabled: null, EwsAllowedAppIDs: null, OAuth2ClientProfileEnabled: true })
    await values(context, 'Set-OrganizationConfig', {
      EwsEnabled: true,
      EwsAllowedAppIDs: 'a,b',
      RejectDirectSend: true,
    })
    await values(context, 'Set-OrganizationConfig', { EwsAllowList: ['curl'] })
    const kept = { EwsEnabled: true, EwsAllowedAppIDs: 'a,b', EwsAllowList: ['curl'], RejectDirectSend: true }
    expect(await shown()).toMatchObject(kept)
    await values(context, 'Set-OrganizationConfig', { EwsEnabled: null })
    expect(await shown()).toMatchObject({ ...kept, EwsEnabled: null })
  })
})
