import { describe, expect, it } from 'vitest'
import { openDirectory } from '../../../../test/support/directory.ts'
import type { NewFederatedCredential } from '../types.ts'

const wanted: NewFederatedCredential = {
  name: 'main-branch',
  issuer: 'https://token.actions.example.test/',
  subject: 'repo:contoso/reader:ref:refs/heads/main',
  audiences: ['api://AzureADTokenExchange'],
}

async function withApp() {
  const open = await openDirectory()
  const app = await open.directory.apps.create(open.tenant.id, { displayName: 'Reader' })
  const add = (change: Partial<NewFederatedCredential> = {}) =>
    open.directory.apps.addFederated(open.tenant.id, app.id, { ...wanted, ...change })
  const update = (named: string, change: Partial<NewFederatedCredential>) =>
    open.directory.apps.updateFederated(open.tenant.id, app.id, named, change)
  return { ...open, app, add, update }
}

describe('federated credentials', () => {
  it('are kept letter by letter, and found by their app’s appId', async () => {
    const { directory, tenant, app, add } = await withApp()
    const made = await add({ description: 'Builds' })
    expect(made).toEqual({ id: made.id, ...wanted, description: 'Builds' })
    const second = await add({ name: 'other', subject: 'Repo:contoso/reader:ref:refs/heads/main' })
    expect(await directory.apps.federatedOf(app.appId)).toEqual([made, second])
    expect(await directory.apps.federatedCredentials(tenant.id, app.id)).toEqual([made, second])
  })

  it('are changed and removed by id or by name, but keep their name', async () => {
    const { directory, tenant, app, add, update } = await withApp()
    const made = await add()
    expect(await update(made.id.toUpperCase(), { subject: 'another' })).toEqual({ ...made, subject: 'another' })
    expect(await update('main-branch', { audiences: ['api://mine'] })).toMatchObject({ audiences: ['api://mine'] })
    await expect(update(made.id, { name: 'another' })).rejects.toMatchObject({ detail: { property: 'name' } })
    await directory.apps.removeFederated(tenant.id, app.id, 'main-branch')
    expect(await directory.apps.federatedOf(app.appId)).toEqual([])
    await expect(directory.apps.removeFederated(tenant.id, app.id, made.id)).rejects.toMatchObject({
      reason: 'no-such-thing',
    })
  })

  it.each<[string, Partial<NewFederatedCredential>, string]>([
    ['no audience', { audiences: [] }, 'Federated identity credentials must have exactly one audience.'],
    ['two audiences', { audiences: ['a', 'b'] }, 'Federated identity credentials must have exactly one audience.'],
    ['a name of two characters', { name: 'ab' }, 'The property name has 3 to 120 characters'],
    ['an endless name', { name: 'a'.repeat(121) }, 'The property name has 3 to 120 characters'],
    ['a dot in the name', { name: 'main.branch' }, 'The property name has 3 to 120 characters'],
    ['no subject', { subject: '' }, 'The property subject must not be empty.'],
    ['an endless subject', { subject: 'a'.repeat(601) }, 'The property subject is longer than 600 characters.'],
    ['an issuer that is no address', { issuer: 'actions' }, 'The property issuer must be an https URL'],
    ['an issuer without TLS', { issuer: 'http://token.example.test' }, 'The property issuer must be an https URL'],
    [
      'an issuer with a query',
      { issuer: 'https://token.example.test/?a=b' },
      'The property issuer must be an https URL',
    ],
    [
      'an issuer that names a user',
      { issuer: 'https://a@token.example.test/' },
      'The property issuer must be an https',
    ],
  ])('are refused with %s', async (_, change, text) => {
    const { add, update } = await withApp()
    await expect(add(change)).rejects.toThrow(text)
    const { name, ...rest } = change
    const made = await add()
    if (name === undefined) await expect(update(made.id, rest)).rejects.toMatchObject({ reason: 'bad-syntax' })
  })

  it('have a name, and a pair of issuer and subject, of their own within their app', async () => {
    const { directory, tenant, add, update } = await withApp()
    const made = await add()
    await expect(add({ subject: 'another' })).rejects.toMatchObject({
      reason: 'already-exists',
      detail: { property: 'name' },
    })
    await expect(add({ name: 'another' })).rejects.toMatchObject({
      reason: 'already-exists',
      detail: { property: 'subject' },
    })
    await add({ name: 'another', subject: 'another' })
    await expect(update('another', { subject: made.subject })).rejects.toMatchObject({ reason: 'already-exists' })
    const other = await directory.apps.create(tenant.id, { displayName: 'Other' })
    await directory.apps.addFederated(tenant.id, other.id, wanted)
  })

  it('are at most twenty', async () => {
    const { add } = await withApp()
    for (let at = 0; at < 20; at++) await add({ name: `name-${at}`, subject: `subject ${at}` })
    await expect(add({ name: 'more', subject: 'more' })).rejects.toMatchObject({ reason: 'over-quota' })
  })

  it('are their own tenant’s, are news of their app, and go with it', async () => {
    const { directory, tenant, app, add } = await withApp()
    const other = await directory.tenants.create('Fabrikam', 'fabrikam.test')
    await expect(directory.apps.addFederated(other.id, app.id, wanted)).rejects.toMatchObject({
      reason: 'no-such-thing',
    })
    await expect(directory.apps.federatedCredentials(other.id, app.id)).rejects.toMatchObject({
      reason: 'no-such-thing',
    })
    const mark = await directory.journal.mark(tenant.id)
    await add()
    expect((await directory.journal.since(tenant.id, mark)).subjects).toEqual(new Set([app.appId]))
    await directory.apps.remove(tenant.id, app.id)
    expect(await directory.apps.federatedOf(app.appId)).toEqual([])
  })
})
