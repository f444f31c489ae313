import { describe, expect, it } from 'vitest'
import { type AdminHouse, openAdminHouse, registerAppWith } from '../../support/admin-house.ts'

type Shown = Readonly<Record<string, unknown>>

const run = async (house: AdminHouse, name: string, parameters: object): Promise<Shown> =>
  (await house.invoke(name, parameters)).json<{ value: readonly Shown[] }>().value[0]!

describe('what a cmdlet shows has the properties that the contract lists', () => {
  it('a service principal', async () => {
    const house = await openAdminHouse()
    const { appId, objectId } = await registerAppWith(house, {})
    const shown = await run(house, 'New-ServicePrincipal', { AppId: appId, ObjectId: objectId })
    expect(Object.keys(shown)).toEqual(expect.arrayContaining(ofPrincipals.split(' ')))
    expect(shown).toMatchObject({ IsValid: true, ObjectClass: ['top', 'person', 'organizationalPerson', 'user'] })
  })

  it('a mailbox permission', async () => {
    const house = await openAdminHouse()
    await run(house, 'New-Mailbox', { Name: 'info', Shared: true })
    expect(await run(house, 'Get-MailboxPermission', { Identity: 'info' })).toMatchObject({
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
    const house = await openAdminHouse()
    const shown = await run(house, 'New-Mailbox', { Name: 'info', Shared: true })
    expect(Object.keys(shown)).toEqual(expect.arrayContaining(ofMailboxes.split(' ')))
  })
})

const ofPrincipals =
  'DisplayName AppId ObjectId Name Identity Id Sid SidHistory Guid ExchangeObjectId DistinguishedName ObjectCategory ' +
  'OrganizationalUnitRoot OrganizationId OriginatingServer ExchangeVersion ObjectState WhenCreated WhenCreatedUTC WhenChanged WhenChangedUTC'
const ofMailboxes =
  'ExternalDirectoryObjectId ExchangeGuid UserPrincipalName PrimarySmtpAddress RecipientTypeDetails Alias DisplayName WhenMailboxCreated Guid Id Identity'

describe('a value is written as the contract has it', () => {
  it('dates with seven digits of a second', async () => {
    const house = await openAdminHouse()
    const { WhenMailboxCreated } = await run(house, 'New-Mailbox', { Name: 'info', Shared: true })
    expect(WhenMailboxCreated).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}\+00:00$/)
  })

  it('enumerations as text, and several as a list', async () => {
    const house = await openAdminHouse()
    const shown = await run(house, 'New-Mailbox', { Name: 'info', Shared: true })
    expect(shown).toMatchObject({ RecipientTypeDetails: 'SharedMailbox', EmailAddresses: ['SMTP:info@contoso.test'] })
  })
})
