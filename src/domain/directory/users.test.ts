import { describe, expect, it } from 'vitest'
import { mailboxNamed, openDirectory } from '../../../test/support/open-directory.ts'
import { sql } from '../../storage/engine.ts'
import type { NewUser } from './types.ts'

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
    expect(await directory.users.all(tenant.id)).toEqual([made])
  })

  it('keep a password as an Argon2id hash and nothing else', async () => {
    const { directory, tenant, engine } = await openDirectory()
    await directory.users.create(tenant.id, { ...ada, password: 'correct horse' })
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
    expect(await directory.users.all(tenant.id)).toEqual([])
  })

  it('do not take the name of another, nor the address of a mailbox', async () => {
    const { directory, tenant } = await openDirectory()
    await directory.users.create(tenant.id, ada)
    await directory.mailboxes.create(tenant.id, {
      ...mailboxNamed('bob'),
      primarySmtpAddress: 'robert@contoso.test',
    })
    for (const userPrincipalName of ['ADA@contoso.test', 'bob@contoso.test', 'Robert@contoso.test']) {
      await expect(directory.users.create(tenant.id, { ...ada, userPrincipalName })).rejects.toMatchObject({
        reason: 'already-exists',
      })
    }
  })

  it('are not made in a tenant that is not there', async () => {
    const { directory, world } = await openDirectory()
    await expect(directory.users.create(world.guid(), ada)).rejects.toMatchObject({ reason: 'no-such-thing' })
  })
})
