import { array, assert, asyncProperty, constantFrom, record, subarray } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { newMailbox, openDirectory, registerApp } from '../../../../test/support/directory.ts'
import type { UserId } from '../../../core/ids.ts'
import type { ConsentWhere, NewConsent } from '../types.ts'

async function withClient() {
  const open = await openDirectory()
  const { directory, tenant } = open
  const { app, principal: client } = await registerApp(open)
  const exchange = (await directory.servicePrincipals.findResource(tenant.id, 'https://outlook.office365.com'))!
  const graph = (await directory.servicePrincipals.findResource(tenant.id, 'https://graph.microsoft.com'))!
  const person = async (word: string): Promise<UserId> =>
    (
      await directory.users.create(tenant.id, {
        userPrincipalName: `${word}@contoso.test`,
        displayName: word,
        mailNickname: word,
        accountEnabled: true,
      })
    ).id
  const [ada, bob] = [await person('ada'), await person('bob')]
  const everybodys: NewConsent = {
    client: client.id,
    resource: graph.id,
    consentType: 'AllPrincipals',
    user: undefined,
    scopes: ['User.Read'],
  }
  const adas: NewConsent = { ...everybodys, consentType: 'Principal', user: ada, scopes: ['Mail.Read', 'Mail.Send'] }
  const scopes = async (user: UserId, resource = graph.id) => [
    ...(await directory.consents.scopes(tenant.id, { client: client.id, resource, user })),
  ]
  return { ...open, app, client, exchange, graph, ada, bob, everybodys, adas, scopes }
}

describe('consents', () => {
  it('for everybody count for each person beside those of his own, on their resource alone', async () => {
    const { directory, tenant, everybodys, adas, scopes, ada, bob, client, exchange } = await withClient()
    const all = await directory.consents.create(tenant.id, everybodys)
    const own = await directory.consents.create(tenant.id, adas)
    expect(all).toMatchObject({ consentType: 'AllPrincipals', user: undefined, scopes: ['User.Read'] })
    expect(own).toMatchObject({ consentType: 'Principal', user: ada, scopes: ['Mail.Read', 'Mail.Send'] })
    expect(await scopes(ada)).toEqual(['User.Read', 'Mail.Read', 'Mail.Send'])
    expect(await scopes(bob)).toEqual(['User.Read'])
    expect(await scopes(ada, exchange.id)).toEqual([])
    expect(await directory.consents.find(tenant.id, own.id)).toEqual(own)
    expect(new Set(await directory.consents.page(tenant.id, { limit: 100 }))).toEqual(new Set([all, own]))
    const page = (where: ConsentWhere) => directory.consents.page(tenant.id, { limit: 10, where })
    expect(await page({ user: ada })).toEqual([own])
    expect(await page({ user: bob })).toEqual([])
    expect(await page({ client: client.id, resource: exchange.id })).toEqual([])
    expect(await page({ resource: own.resource })).toHaveLength(2)
    expect(await page({ client: client.id })).toHaveLength(2)
    const other = await directory.tenants.create('Fabrikam', 'fabrikam.test')
    for (const where of [{ client: client.id }, { user: ada }, { resource: own.resource }, {}]) {
      expect(await directory.consents.page(other.id, { limit: 10, where })).toEqual([])
    }
    const [first, second] = await page({})
    expect(await directory.consents.page(tenant.id, { limit: 10, after: first })).toEqual([second])
  })

  it('are made once for the same client, resource and people, and added to when granted again', async () => {
    const { directory, tenant, adas } = await withClient()
    const first = await directory.consents.create(tenant.id, adas)
    await expect(directory.consents.create(tenant.id, adas)).rejects.toMatchObject({ reason: 'already-exists' })
    const again = await directory.consents.grant(tenant.id, { ...adas, scopes: ['Mail.Send', 'User.Read'] })
    expect(again).toEqual({ ...first, scopes: ['Mail.Read', 'Mail.Send', 'User.Read'] })
    expect(await directory.consents.update(tenant.id, first.id, ['User.Read'])).toEqual({
      ...first,
      scopes: ['User.Read'],
    })
    expect(await directory.consents.update(tenant.id, first.id, [])).toMatchObject({ scopes: [] })
    await directory.consents.remove(tenant.id, first.id)
    expect(await directory.consents.find(tenant.id, first.id)).toBeUndefined()
    await expect(directory.consents.remove(tenant.id, first.id)).rejects.toMatchObject({ reason: 'no-such-thing' })
    await expect(directory.consents.update(tenant.id, first.id, [])).rejects.toMatchObject({ reason: 'no-such-thing' })
  })

  it('are refused for those who are not there, or are of another tenant, and for what is no scope', async () => {
    const { directory, tenant, adas, everybodys, world, ada } = await withClient()
    const other = await directory.tenants.create('Fabrikam', 'fabrikam.test')
    const create = (change: Partial<NewConsent>) => directory.consents.create(tenant.id, { ...adas, ...change })
    await expect(create({ client: world.guid() })).rejects.toMatchObject({ reason: 'no-such-thing' })
    await expect(create({ resource: world.guid() })).rejects.toMatchObject({ reason: 'no-such-thing' })
    await expect(create({ user: world.guid() })).rejects.toMatchObject({ reason: 'no-such-thing' })
    await expect(create({ user: undefined })).rejects.toMatchObject({ reason: 'bad-syntax' })
    await expect(create({ scopes: ['Mail.Read Mail.Send'] })).rejects.toMatchObject({ reason: 'bad-syntax' })
    await expect(create({ scopes: [''] })).rejects.toMatchObject({ reason: 'bad-syntax' })
    await expect(directory.consents.create(other.id, everybodys)).rejects.toMatchObject({ reason: 'no-such-thing' })
    await expect(directory.consents.create(tenant.id, { ...everybodys, user: ada })).rejects.toMatchObject({
      detail: { property: 'principalId' },
    })
  })

  it('are news of their client', async () => {
    const { directory, tenant, adas, app } = await withClient()
    const mark = await directory.journal.mark(tenant.id)
    const made = await directory.consents.grant(tenant.id, adas)
    await directory.consents.update(tenant.id, made.id, ['Mail.Read'])
    await directory.consents.remove(tenant.id, made.id)
    expect(await directory.journal.since(tenant.id, mark)).toEqual({ mark: mark + 3, subjects: new Set([app.appId]) })
  })

  it('go with the service principal, and with the person', async () => {
    const { directory, tenant, everybodys, adas, client } = await withClient()
    const mailbox = await directory.mailboxes.create(tenant.id, newMailbox('carol'))
    await directory.consents.create(tenant.id, everybodys)
    await directory.consents.create(tenant.id, adas)
    await directory.consents.create(tenant.id, { ...adas, user: mailbox.externalDirectoryObjectId })
    await directory.mailboxes.remove(tenant.id, mailbox.id)
    expect(await directory.consents.page(tenant.id, { limit: 100 })).toHaveLength(2)
    await directory.servicePrincipals.remove(tenant.id, client.id)
    expect(await directory.consents.page(tenant.id, { limit: 100 })).toEqual([])
  })

  it('give a person what everybody has and what is his own, and taken away never add', async () => {
    const { directory, tenant, adas, bob, ada, scopes } = await withClient()
    const names = ['Mail.Read', 'Mail.Send', 'User.Read'] as const
    const people = [undefined, ada, bob]
    const step = record({
      verb: constantFrom('grant', 'update', 'remove'),
      who: constantFrom(0, 1, 2),
      what: subarray([...names]),
    })
    await assert(
      asyncProperty(array(step, { maxLength: 12 }), async (steps) => {
        for (const { id } of await directory.consents.page(tenant.id, { limit: 100 }))
          await directory.consents.remove(tenant.id, id)
        const model: [Set<string>, Set<string>, Set<string>] = [new Set(), new Set(), new Set()]
        for (const { verb, who, what } of steps) {
          const user = people[who]
          const before = new Set(await scopes(ada))
          const found = (await directory.consents.page(tenant.id, { limit: 100 })).find((it) => it.user === user)
          const consentType = user === undefined ? 'AllPrincipals' : 'Principal'
          if (verb === 'grant') {
            await directory.consents.grant(tenant.id, { ...adas, consentType, user, scopes: what })
            model[who] = model[who].union(new Set(what))
          } else if (found) {
            if (verb === 'update') await directory.consents.update(tenant.id, found.id, what)
            else await directory.consents.remove(tenant.id, found.id)
            model[who] = new Set(verb === 'update' ? what : [])
          }
          const after = new Set(await scopes(ada))
          expect(after).toEqual(model[0].union(model[1]))
          expect(new Set(await scopes(bob))).toEqual(model[0].union(model[2]))
          if (verb === 'remove') expect(after.isSubsetOf(before)).toBe(true)
        }
      }),
      { numRuns: 15 },
    )
  })
})
