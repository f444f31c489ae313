import { describe, expect, it } from 'vitest'
import { newMailbox, openDirectory, registerApp } from '../../../test/support/directory.ts'
import type { Match, PageRequest, PagePosition } from './types.ts'

async function withPeople() {
  const open = await openDirectory()
  const { directory, tenant, world } = open
  for (const word of ['ada', 'bob', 'Bodo', 'carol', 'Émile']) {
    world.advance(word === 'bob' ? 0 : 10)
    await directory.users.create(tenant.id, {
      userPrincipalName: `${word.normalize('NFD').replaceAll(/\P{ASCII}/gu, '')}@contoso.test`,
      displayName: word,
      mailNickname: 'x',
      accountEnabled: true,
    })
  }
  const names = async (asked: Parameters<typeof directory.users.page>[1]) =>
    (await directory.users.page(tenant.id, asked)).map(({ displayName }) => displayName)
  return { ...open, names }
}

/** Every page, one after another. */
async function walk<T extends PagePosition, W>(
  page: (asked: PageRequest<W>) => Promise<readonly T[]>,
  limit: number,
  where: W,
): Promise<readonly T[]> {
  const found: T[] = []
  for (let after: T | undefined; ;) {
    const some = await page({ limit, after, where })
    found.push(...some)
    if (some.length < limit) return found
    after = some.at(-1)
  }
}

describe('pages', () => {
  it('follow each other in order of creation, and leave nobody out, also of those made at once', async () => {
    const { directory, tenant } = await withPeople()
    const all = await directory.users.page(tenant.id, { limit: 100 })
    const byPlace = all.toSorted((one, other) => one.created - other.created || (one.id < other.id ? -1 : 1))
    for (const limit of [1, 2, 3, 100]) {
      expect(await walk((asked) => directory.users.page(tenant.id, asked), limit, {})).toEqual(byPlace)
    }
    expect(await directory.users.count(tenant.id)).toBe(all.length)
  })

  it('go on where they were when those they ended with are gone', async () => {
    const { directory, tenant, names } = await withPeople()
    const first = await directory.users.page(tenant.id, { limit: 2 })
    const rest = await names({ limit: 10, after: first[1] })
    await directory.users.remove(tenant.id, first[1]!.id)
    expect(await names({ limit: 10, after: first[1] })).toEqual(rest)
  })

  it('are narrowed by names, in any letter case, whole or how they begin', async () => {
    const { directory, tenant, names } = await withPeople()
    const mailbox = await directory.mailboxes.create(tenant.id, newMailbox('boris'))
    const of = (displayName: Match) => names({ limit: 10, where: { displayName } })
    expect(await of({ is: 'BOB' })).toEqual(['bob'])
    expect(new Set(await of({ startsWith: 'BO' }))).toEqual(new Set(['bob', 'Bodo', mailbox.displayName]))
    expect(await of({ is: 'émile' })).toEqual(['Émile'])
    expect(await of({ startsWith: '%' })).toEqual([])
    expect(await names({ limit: 10, where: { mail: { is: 'Boris@contoso.test' } } })).toEqual([mailbox.displayName])
    expect(await names({ limit: 10, where: { userPrincipalName: { startsWith: 'bo' } } })).toHaveLength(3)
    const both = { userPrincipalName: { startsWith: 'bo' }, displayName: { is: 'bodo' } }
    expect(await names({ limit: 10, where: both })).toEqual(['Bodo'])
    expect(await directory.users.count(tenant.id, both)).toBe(1)
    const pages = await walk((asked) => directory.users.page(tenant.id, asked), 1, {
      displayName: { startsWith: 'bo' },
    })
    expect(pages).toHaveLength(3)
    await directory.users.update(tenant.id, mailbox.externalDirectoryObjectId, { displayName: 'Zoe' })
    expect(await of({ is: 'zoe' })).toEqual(['Zoe'])
  })

  it('hold apps with their credentials, and service principals with what they have from their app', async () => {
    const open = await openDirectory()
    const { directory, tenant } = open
    const { app, principal } = await registerApp(open)
    await registerApp(open, 'Another')
    const secret = await directory.apps.addSecret(tenant.id, app.id, { displayName: 'CI' })
    const where = { displayName: { is: 'reader' } }
    expect(await directory.apps.page(tenant.id, { limit: 10, where })).toEqual([
      await directory.apps.find(tenant.id, { id: app.id }),
    ])
    const all = await walk((asked) => directory.apps.page(tenant.id, asked), 1, {})
    expect(new Set(all)).toEqual(new Set(await directory.apps.page(tenant.id, { limit: 100 })))
    expect(all.flatMap(({ secrets }) => secrets.map(({ keyId }) => keyId))).toEqual([secret.keyId])
    expect(await directory.servicePrincipals.page(tenant.id, { limit: 10, where })).toEqual([principal])
    expect(await walk((asked) => directory.servicePrincipals.page(tenant.id, asked), 1, {})).toHaveLength(4)
    expect(await directory.servicePrincipals.count(tenant.id)).toBe(4)
    expect(await directory.apps.count(tenant.id, { appId: { is: app.appId.toUpperCase() } })).toBe(1)
    const renamed = { displayName: { startsWith: 'renamed' } }
    await directory.apps.update(tenant.id, app.id, { displayName: 'Renamed' })
    expect(await directory.apps.count(tenant.id, renamed)).toBe(1)
    expect(await directory.servicePrincipals.count(tenant.id, renamed)).toBe(1)
  })
})
