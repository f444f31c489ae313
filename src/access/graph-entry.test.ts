import { describe, expect, it } from 'vitest'
import { GRAPH, openAccess } from '../../test/support/access.ts'
import { newMailbox, registerApp, resourcePrincipal } from '../../test/support/directory.ts'
import { microsoftGraph } from '../core/well-known/microsoft-graph.ts'
import type { User } from '../domain/directory/types.ts'
import type { GraphMailboxRequest } from './types.ts'

async function opened() {
  const context = await openAccess('standards')
  const { directory, tenant, access } = context
  const ada = await directory.mailboxes.create(tenant.id, newMailbox('ada'))
  const bob = await directory.mailboxes.create(tenant.id, newMailbox('bob'))
  const registered = await registerApp(context)
  const consent = (permission: string) => context.assignAppRole(registered, permission, microsoftGraph)
  const bearer = async () =>
    context.tokenFor(registered, {
      audience: GRAPH,
      roles: await directory.assignments.roles(tenant.id, registered.principal.id, microsoftGraph.appId),
    })
  const open = async (request: Partial<GraphMailboxRequest> = {}) =>
    access.openOverGraph({
      bearer: await bearer(),
      permission: 'Mail.Read',
      user: 'ada@contoso.test',
      from: '192.0.2.7',
      ...request,
    })
  const userOf = async (id: string): Promise<User> => (await directory.users.find(tenant.id, id))!
  const delegated = async (scopes: readonly string[], id: string) => {
    const user = await userOf(id)
    const resource = await resourcePrincipal(context, microsoftGraph)
    await directory.consents.create(tenant.id, {
      client: registered.principal.id,
      consentType: 'Principal',
      resource,
      user: user.id,
      scopes,
    })
    return context.userTokenFor(registered, user, { audience: GRAPH, scopes: [...scopes] })
  }
  return { ...context, ada, bob, registered, consent, bearer, open, delegated }
}

const records = async ({ signIns, tenant }: Awaited<ReturnType<typeof opened>>) => {
  await signIns.settled()
  return signIns.page(tenant.id, { limit: 50 })
}

describe('a mailbox over Graph', () => {
  it('opens by address, userPrincipalName and id of its user', async () => {
    const context = await opened()
    await context.consent('Mail.Read')
    for (const user of ['ada@contoso.test', 'ADA@contoso.test', context.ada.externalDirectoryObjectId]) {
      const { record, caller, basic } = await context.open({ user })
      expect(record.guid).toBe(context.ada.guid)
      expect(caller).toMatchObject({ kind: 'app', appId: context.registered.app.appId })
      expect(basic).toBe(false)
    }
  })

  it('shows only basic properties to an app with no more than Mail.ReadBasic', async () => {
    const context = await opened()
    await context.consent('Mail.ReadBasic.All')
    expect(await context.open({ permission: 'Mail.ReadBasic' })).toMatchObject({ basic: true })
    await context.consent('Mail.Read')
    expect(await context.open({ permission: 'Mail.ReadBasic' })).toMatchObject({ basic: false })
  })

  it('refuses with the code of the real service', async () => {
    const context = await opened()
    await expect(context.open()).rejects.toMatchObject({
      reason: 'not-allowed',
      message: 'Access is denied. Check credentials and try again.',
      detail: { graph: 'ErrorAccessDenied', fault: 'role' },
    })
    await context.consent('Mail.Read')
    await expect(context.open({ user: 'nobody@contoso.test' })).rejects.toMatchObject({
      reason: 'no-such-thing',
      message: "The requested user 'nobody@contoso.test' is invalid.",
      detail: { graph: 'ErrorInvalidUser' },
    })
    await expect(context.open({ permission: 'Mail.ReadWrite' })).rejects.toMatchObject({ reason: 'not-allowed' })
    await expect(context.open({ bearer: 'a.b.c' })).rejects.toMatchObject({
      reason: 'not-signed-in',
      detail: { fault: 'token', token: 'malformed' },
    })
  })

  it('closes at once when the permission is taken back', async () => {
    const context = await opened()
    const { directory, tenant, registered } = context
    await context.consent('Mail.Read')
    const bearer = await context.bearer()
    const { mailbox } = await context.open({ bearer })
    const revoked = new Promise((resolve) => mailbox.revoked.addEventListener('abort', resolve))
    const resource = await resourcePrincipal(context, microsoftGraph)
    for (const { id } of await directory.assignments.between(tenant.id, registered.principal.id, resource)) {
      await directory.assignments.remove(tenant.id, id)
    }
    await revoked
    await expect(context.open({ bearer })).rejects.toMatchObject({ detail: { graph: 'ErrorAccessDenied' } })
  })

  it('is recorded once for each token, mailbox and permission, and at each refusal', async () => {
    const context = await opened()
    await context.consent('Mail.Read')
    const bearer = await context.bearer()
    for (let n = 0; n < 3; n++) (await context.open({ bearer })).leave()
    const granted = await records(context)
    expect(granted.map(({ protocol, outcome, mailbox }) => [protocol, outcome, mailbox])).toEqual([
      ['graph', 'granted', 'ada@contoso.test'],
    ])
  })

  it('opens to a user their own mailbox, and others by a shared scope and FullAccess', async () => {
    const context = await opened()
    const bearer = await context.delegated(['Mail.Read'], 'ada@contoso.test')
    expect((await context.open({ bearer, user: undefined })).record.guid).toBe(context.ada.guid)
    await expect(context.open({ bearer, user: 'bob@contoso.test' })).rejects.toMatchObject({
      detail: { graph: 'ErrorAccessDenied', fault: 'role' },
    })
  })

  it('opens the mailbox of somebody else with a shared scope and FullAccess only', async () => {
    const context = await opened()
    const bearer = await context.delegated(['Mail.Read.Shared'], 'ada@contoso.test')
    const user = 'bob@contoso.test'
    await expect(context.open({ bearer, user })).rejects.toMatchObject({ detail: { fault: 'mailboxPermission' } })
    const { directory, tenant, ada, bob } = context
    const trustee = (await directory.permissions.trustee(tenant.id, ada.externalDirectoryObjectId))!
    const permission = { trustee, accessRights: ['FullAccess'], deny: false, inheritanceType: 'All' } as const
    await directory.permissions.add(bob, permission)
    expect((await context.open({ bearer, user })).record.guid).toBe(context.bob.guid)
    expect((await context.open({ bearer, user: undefined })).record.guid).toBe(context.ada.guid)
  })
})
