import { describe, expect, it } from 'vitest'
import { type OpenServer, openServer } from '../../support/server.ts'
import { registerAppWith } from '../../support/directory.ts'

type Shown = Readonly<Record<string, unknown>>

const run = async (context: OpenServer, name: string, parameters: object): Promise<Shown> =>
  (await context.invoke(name, parameters)).json<{ value: readonly Shown[] }>().value[0]!

describe('the output of a cmdlet has the documented properties', () => {
  it('a service principal', async () => {
    const context = await openServer()
    const { appId, objectId } = await registerAppWith(context, {})
    const shown = await run(context, 'New-ServicePrincipal', { AppId: appId, ObjectId: objectId })
    expect(Object.keys(shown)).toEqual(expect.arrayContaining(ofPrincipals.split(' ')))
    expect(shown).toMatchObject({ IsValid: true, ObjectClass: ['top', 'person', 'organizationalPerson', 'user'] })
  })

  it('a mailbox permission', async () => {
    const context = await openServer()
    await run(context, 'New-Mailbox', { Name: 'info', Shared: true })
    expect(await run(context, 'Get-MailboxPermission', { Identity: 'info' })).toMatchObject({
      Identity: 'info',
      User: 'NT AUTHORITY\\SELF',
      AccessRights: ['FullAccess', 'ReadPermission'],
      IsInherited: false,
      Deny: false,
      InheritanceType: 'All',
      UserSid: 'S-1-5-10',
      IsOwner: false,
      IsValid: true,
      ObjectState: 'Unchanged',
    })
  })

  it('a mailbox', async () => {
    const context = await openServer()
    const shown = await run(context, 'New-Mailbox', { Name: 'info', Shared: true })
    expect(Object.keys(shown)).toEqual(expect.arrayContaining(ofMailboxes.split(' ')))
  })
})

const ofPrincipals =
  'DisplayName AppId ObjectId Name Identity Id Sid SidHistory Guid ExchangeObjectId DistinguishedName ObjectCategory ' +
  'OrganizationalUnitRoot OrganizationId OriginatingServer ExchangeVersion ObjectState WhenCreated WhenCreatedUTC WhenChanged WhenChangedUTC'
const ofMailboxes =
  'ExternalDirectoryObjectId ExchangeGuid UserPrincipalName PrimarySmtpAddress RecipientTypeDetails Alias DisplayName WhenMailboxCreated Guid Id Identity'

describe('values have the documented form', () => {
  it('dates with seven digits of a second', async () => {
    const context = await openServer()
    const { WhenMailboxCreated } = await run(context, 'New-Mailbox', { Name: 'info', Shared: true })
    expect(WhenMailboxCreated).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}\+00:00$/)
  })

  it('enumerations as text, and several as a list', async () => {
    const context = await openServer()
    const shown = await run(context, 'New-Mailbox', { Name: 'info', Shared: true })
    expect(shown).toMatchObject({ RecipientTypeDetails: 'SharedMailbox', EmailAddresses: ['SMTP:info@contoso.test'] })
  })
})
