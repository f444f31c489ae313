import { describe, expect, it } from 'vitest'
import { type OpenServer, openServer } from '../../../../../test/support/server.ts'
import { registerAppWith } from '../../../../../test/support/directory.ts'

interface Result {
  readonly '@adminapi.warnings': readonly string[]
  readonly value: readonly Record<string, unknown>[]
}

const run = async (context: OpenServer, name: string, parameters: object): Promise<Result> =>
  (await context.invoke(name, parameters)).json<Result>()

async function prepared() {
  const context = await openServer()
  const { appId, objectId } = await registerAppWith(context, {})
  for (const Name of ['Info', 'Desk']) await run(context, 'New-Mailbox', { Shared: true, Name })
  const { value } = await run(context, 'New-ServicePrincipal', { AppId: appId, ObjectId: objectId })
  return { context, objectId, sid: String(value[0]!.Sid) }
}

const self = { Trustee: 'NT AUTHORITY\\SELF', AccessControlType: 'Allow', AccessRights: ['SendAs'], IsInherited: false }
const grant = { Identity: 'Info', AccessRights: 'SendAs' }

describe('the right to send as a mailbox', () => {
  it('is granted to a service principal, which is shown by its SID, and taken back', async () => {
    const { context, objectId, sid } = await prepared()
    const added = await run(context, 'Add-RecipientPermission', { ...grant, Trustee: objectId, Confirm: false })
    expect(added.value).toMatchObject([
      { Identity: 'Info', Trustee: sid, AccessControlType: 'Allow', AccessRights: ['SendAs'], IsInherited: false },
    ])
    expect((await run(context, 'Get-RecipientPermission', { Identity: 'Info' })).value).toMatchObject([
      self,
      { Trustee: sid },
    ])
    expect((await run(context, 'Get-RecipientPermission', { Trustee: objectId })).value).toMatchObject([
      { Identity: 'Info', Trustee: sid },
    ])
    await run(context, 'Remove-RecipientPermission', { ...grant, Trustee: objectId, Confirm: false })
    expect((await run(context, 'Get-RecipientPermission', {})).value).toMatchObject([
      { ...self, Identity: 'Info' },
      { ...self, Identity: 'Desk' },
    ])
  })

  it('is granted to a user, denied, and shown with the address', async () => {
    const { context } = await prepared()
    await run(context, 'Add-RecipientPermission', { ...grant, Trustee: 'desk@contoso.test' })
    await run(context, 'Add-RecipientPermission', { ...grant, Trustee: 'desk@contoso.test', Deny: true })
    const asked = { Identity: 'Info', Trustee: 'Desk', IncludeTrusteeWithPrimarySmtpAddress: true }
    expect((await run(context, 'Get-RecipientPermission', asked)).value).toMatchObject([
      { AccessControlType: 'Allow', TrusteeWithPrimarySmtpAddress: 'Desk@contoso.test' },
      { AccessControlType: 'Deny' },
    ])
    await run(context, 'Remove-RecipientPermission', { ...grant, MultiTrustees: ['Desk'], Deny: true })
    expect((await run(context, 'Get-RecipientPermission', asked)).value).toMatchObject([{ AccessControlType: 'Allow' }])
  })

  it('is said to be there already, or not to be there, in a warning', async () => {
    const { context } = await prepared()
    await run(context, 'Add-RecipientPermission', { ...grant, Trustee: 'Desk' })
    const again = await run(context, 'Add-RecipientPermission', { ...grant, Trustee: 'Desk' })
    expect(again['@adminapi.warnings'][0]).toMatch(/already present/)
    const denial = await run(context, 'Remove-RecipientPermission', { ...grant, Trustee: 'Desk', Deny: true })
    expect(denial['@adminapi.warnings'][0]).toMatch(/because the ACE doesn't exist on the object\.$/)
  })

  it.each([
    ['Add-RecipientPermission', { ...grant, Trustee: 'nobody' }, 404],
    ['Add-RecipientPermission', { ...grant, AccessRights: 'FullAccess', Trustee: 'Desk' }, 400],
    ['Add-RecipientPermission', { ...grant }, 400],
    ['Remove-RecipientPermission', { ...grant }, 400],
    ['Remove-RecipientPermission', { ...grant, Trustee: 'Desk', MultiTrustees: ['Desk'] }, 400],
    ['Remove-RecipientPermission', { ...grant, Trustee: 'NT AUTHORITY\\SELF' }, 400],
  ])('%s refuses %j', async (name, parameters, status) => {
    const { context } = await prepared()
    expect((await context.invoke(name, parameters)).statusCode).toBe(status)
  })
})
