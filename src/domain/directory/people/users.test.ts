import { describe, expect, it } from 'vitest'
import { newMailbox, openDirectory } from '../../../../test/support/directory.ts'
import { DAY } from '../../../core/time.ts'
import { sql } from '../../../storage/engine.ts'
import type { NewUser } from '../types.ts'

const ada: NewUser = {
  userPrincipalName: 'Ada@contoso.test',
  displayName: 'Ada',
  mailNickname: 'ada',
  accountEnabled: true,
}

describe('users', () => {
  it('are found by id and by userPrincipalName, in any letter case', async () => {
    const { directory, tenant } = await openDirectory()
    const made = await directory.users.create(tenant.id, { ...ada, givenName: 'Ada', surname: 'Lovelace' })
    expect(made).toMatchObject({ userPrincipalName: 'Ada@contoso.test', mail: undefined, surname: 'Lovelace' })
    for (const named of [made.id, made.id.toUpperCase(), 'ADA@CONTOSO.TEST']) {
      expect(await directory.users.find(tenant.id, named)).toEqual(made)
    }
    expect(await directory.users.page(tenant.id, { limit: 100 })).toEqual([made])
  })

  it('store a password only as an Argon2id hash', async () => {
    const { directory, tenant, engine } = await openDirectory()
    await directory.users.create(tenant.id, { ...ada, password: 'Correct horse' })
    const row = await engine.sql.first<{ password_hash: string }>(sql`select password_hash from directory_user`)
    expect(row?.password_hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  })

  it.each<[string, Partial<NewUser>]>([
    ['a domain of another', { userPrincipalName: 'ada@fabrikam.test' }],
    ['no domain', { userPrincipalName: 'ada' }],
    ['nothing before the domain', { userPrincipalName: '@contoso.test' }],
    ['a space in the address', { userPrincipalName: 'a da@contoso.test' }],
    ['a second @', { userPrincipalName: 'ada@x@contoso.test' }],
    ['too long a name before the @', { userPrincipalName: `${'a'.repeat(65)}@contoso.test` }],
    ['a line break in the name', { displayName: 'Ada\r\nBcc: all' }],
    ['a mark that turns text around', { displayName: 'Ada\u202Eexe' }],
    ['no name', { displayName: ' ' }],
    ['an endless name', { displayName: 'a'.repeat(257) }],
    ['an empty password', { password: '' }],
    ['an endless password', { password: 'a'.repeat(257) }],
  ])('are refused with %s', async (_, change) => {
    const { directory, tenant } = await openDirectory()
    await expect(directory.users.create(tenant.id, { ...ada, ...change })).rejects.toMatchObject({
      reason: 'bad-syntax',
    })
    expect(await directory.users.page(tenant.id, { limit: 100 })).toEqual([])
  })

  it('cannot have the name of another user, nor the address of a mailbox', async () => {
    const { directory, tenant } = await openDirectory()
    await directory.users.create(tenant.id, ada)
    await directory.mailboxes.create(tenant.id, {
      ...newMailbox('bob'),
      primarySmtpAddress: 'robert@contoso.test',
    })
    for (const userPrincipalName of ['ADA@contoso.test', 'bob@contoso.test', 'Robert@contoso.test']) {
      await expect(directory.users.create(tenant.id, { ...ada, userPrincipalName })).rejects.toMatchObject({
        reason: 'already-exists',
      })
    }
  })

  it('cannot be created in an unknown tenant', async () => {
    const { directory, world } = await openDirectory()
    await expect(directory.users.create(world.guid(), ada)).rejects.toMatchObject({ reason: 'no-such-thing' })
  })
})

describe('a changed user', () => {
  it('keeps the properties that the change omits, and loses those that it clears', async () => {
    const { directory, tenant } = await openDirectory()
    const made = await directory.users.create(tenant.id, { ...ada, givenName: 'Ada', surname: 'Lovelace' })
    const after = await directory.users.update(tenant.id, made.id, { displayName: 'Countess', surname: null })
    expect(after).toEqual({ ...made, displayName: 'Countess', surname: undefined })
    expect(await directory.users.find(tenant.id, made.id)).toEqual(after)
    expect(await directory.users.update(tenant.id, made.id, { accountEnabled: false })).toMatchObject({
      accountEnabled: false,
      displayName: 'Countess',
    })
  })

  it('is found only by its new name, also over its mailbox’s protocols', async () => {
    const { directory, tenant } = await openDirectory()
    const mailbox = await directory.mailboxes.create(tenant.id, {
      ...newMailbox('bob'),
      primarySmtpAddress: 'robert@contoso.test',
    })
    const id = mailbox.externalDirectoryObjectId
    const mark = await directory.journal.mark(tenant.id)
    await directory.users.update(tenant.id, id, { userPrincipalName: 'bobby@contoso.test', displayName: 'Bobby' })
    const { subjects } = await directory.journal.since(tenant.id, mark)
    expect(subjects).toEqual(new Set([id, mailbox.guid]))
    expect(await directory.users.find(tenant.id, 'bob@contoso.test')).toBeUndefined()
    expect(await directory.users.findAnywhere('BOBBY@contoso.test')).toMatchObject({ id })
    expect(await directory.users.findAnywhere('bobby@fabrikam.test')).toBeUndefined()
    expect(await directory.mailboxes.findByAddress(tenant.id, 'bob@contoso.test')).toBeUndefined()
    for (const address of ['bobby@contoso.test', 'robert@contoso.test']) {
      expect(await directory.mailboxes.findByAddress(tenant.id, address)).toMatchObject({
        id: mailbox.id,
        displayName: 'Bobby',
        userPrincipalName: 'bobby@contoso.test',
      })
    }
    await directory.users.update(tenant.id, id, { userPrincipalName: 'robert@contoso.test' })
    await directory.users.update(tenant.id, id, { userPrincipalName: 'bob@contoso.test' })
    expect(await directory.mailboxes.findByAddress(tenant.id, 'robert@contoso.test')).toMatchObject({ id: mailbox.id })
  })

  it('keeps its old name if that is an address of the mailbox, and no other user can have it', async () => {
    const { directory, tenant } = await openDirectory()
    const mailbox = await directory.mailboxes.create(tenant.id, newMailbox('bob'))
    await directory.mailboxes.update(tenant.id, mailbox.id, { primarySmtpAddress: 'robert@contoso.test' })
    const id = mailbox.externalDirectoryObjectId
    await directory.users.update(tenant.id, id, { userPrincipalName: 'robert@contoso.test' })
    expect(await directory.mailboxes.findByAddress(tenant.id, 'bob@contoso.test')).toMatchObject({ id: mailbox.id })
    const newcomer = { ...newMailbox('builder'), primarySmtpAddress: 'bob@contoso.test' }
    await expect(directory.mailboxes.create(tenant.id, newcomer)).rejects.toMatchObject({ reason: 'already-exists' })
  })

  it('cannot have the name of another user', async () => {
    const { directory, tenant } = await openDirectory()
    const made = await directory.users.create(tenant.id, ada)
    await directory.mailboxes.create(tenant.id, newMailbox('bob'))
    const rename = (userPrincipalName: string) => directory.users.update(tenant.id, made.id, { userPrincipalName })
    await expect(rename('bob@contoso.test')).rejects.toMatchObject({ reason: 'already-exists' })
    await expect(rename('ada@fabrikam.test')).rejects.toMatchObject({ reason: 'bad-syntax' })
    expect(await rename('ADA@contoso.test')).toMatchObject({ userPrincipalName: 'ADA@contoso.test' })
  })

  it('signs in with the new password from then on, with no wrong guesses counted', async () => {
    const { directory, tenant, world } = await openDirectory()
    const made = await directory.users.create(tenant.id, { ...ada, password: 'First of two' })
    const check = (password: string) => directory.users.checkPassword(tenant.id, 'ada@contoso.test', password)
    for (let at = 0; at < 10; at++) await check('wrong')
    expect(await check('First of two')).toMatchObject({ because: 'locked' })
    const after = await directory.users.update(tenant.id, made.id, {
      password: 'Second of two',
      mustChangePassword: true,
    })
    expect(after.passwordChanged).toBe(world.now() + 1)
    expect(await check('Second of two')).toMatchObject({ ok: true, mustChange: true })
    await expect(directory.users.update(tenant.id, made.id, { password: '' })).rejects.toMatchObject({
      reason: 'bad-syntax',
    })
  })

  it('is not visible in another tenant, nor after its removal', async () => {
    const { directory, tenant } = await openDirectory()
    const other = await directory.tenants.create('Fabrikam', 'fabrikam.test')
    const made = await directory.users.create(tenant.id, ada)
    const gone = { reason: 'no-such-thing' }
    await expect(directory.users.update(other.id, made.id, { displayName: 'Mine' })).rejects.toMatchObject(gone)
    await expect(directory.users.remove(other.id, made.id)).rejects.toMatchObject(gone)
    await directory.users.remove(tenant.id, made.id)
    expect(await directory.users.find(tenant.id, made.id)).toBeUndefined()
    await expect(directory.users.remove(tenant.id, made.id)).rejects.toMatchObject(gone)
  })
})

it('a removed user leaves a mailbox on hold, which can be restored', async () => {
  const { directory, tenant, world } = await openDirectory()
  const bob = await directory.mailboxes.create(tenant.id, newMailbox('bob'))
  await directory.mailboxes.update(tenant.id, bob.id, { settings: { LitigationHoldEnabled: true } })
  await directory.users.remove(tenant.id, bob.externalDirectoryObjectId)
  expect(await directory.mailboxes.byId(bob.id)).toBeUndefined()
  world.advance(60 * DAY)
  expect(await directory.removedMailboxes.keeps(bob.id)).toBe(true)
  expect(await directory.removedMailboxes.restore(tenant.id, bob.id, {})).toMatchObject({ id: bob.id, name: bob.name })
})

it('a removed user loses mailbox and grants, and the next user of the same name does not get them', async () => {
  const { directory, tenant } = await openDirectory()
  const [bob, carol] = [
    await directory.mailboxes.create(tenant.id, newMailbox('bob')),
    await directory.mailboxes.create(tenant.id, newMailbox('carol')),
  ]
  const grant = async (mailbox: typeof bob, named: string) =>
    directory.permissions.add(mailbox, {
      trustee: (await directory.permissions.trustee(tenant.id, named))!,
      accessRights: ['FullAccess'],
      deny: false,
      inheritanceType: 'All',
    })
  await grant(bob, 'carol@contoso.test')
  await grant(carol, 'bob@contoso.test')
  const mark = await directory.journal.mark(tenant.id)
  await directory.users.remove(tenant.id, bob.externalDirectoryObjectId)
  const { subjects } = await directory.journal.since(tenant.id, mark)
  expect(subjects).toEqual(new Set([bob.externalDirectoryObjectId, bob.guid]))
  expect(await directory.mailboxes.byId(bob.id)).toBeUndefined()
  expect(await directory.permissions.on(carol.id)).toMatchObject([{}, { trustee: { kind: 'unresolved' } }])
  const { externalDirectoryObjectId: next } = await directory.mailboxes.create(tenant.id, newMailbox('bob'))
  expect(await directory.permissions.ofUser(carol.id, next)).toEqual([])
})
