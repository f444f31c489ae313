import { describe, expect, it } from 'vitest'
import { grantMailbox, mailboxNamed, openDirectory, registerApp } from '../../../test/support/open-directory.ts'
import { exchangeOnline } from './well-known/exchange-online.ts'

describe('the directory’s journal', () => {
  it('has a line for every write, about the app or the mailbox it touched, and gives notice of it', async () => {
    const { directory, tenant, engine } = await openDirectory()
    let notices = 0
    engine.notifier.subscribe(tenant.id, () => notices++)
    const { app, principal } = await registerApp({ directory, tenant })
    const mailbox = await directory.mailboxes.create(tenant.id, mailboxNamed('ada'))
    const { found, trustee } = await grantMailbox(directory, { app, principal }, mailbox)
    const [exchange] = await directory.servicePrincipals.page(tenant.id, { limit: 100 })
    const appRoleId = exchangeOnline.appRoles[0]!.id
    const role = '29232cdf-9323-42fd-ade2-1d097af3e4de'

    const writes: readonly (readonly [string, string, () => Promise<unknown>])[] = [
      ['a secret', app.appId, () => directory.apps.addSecret(tenant.id, app.id, {})],
      ['a change of an app', app.appId, () => directory.apps.update(tenant.id, app.id, { displayName: 'Scanner' })],
      [
        'a disabled service principal',
        app.appId,
        () => directory.servicePrincipals.update(tenant.id, principal.id, { accountEnabled: false }),
      ],
      [
        'an application permission',
        app.appId,
        () => directory.assignments.create(tenant.id, { principal: principal.id, resource: exchange!.id, appRoleId }),
      ],
      [
        'one taken back',
        app.appId,
        async () => {
          const [held] = await directory.assignments.of(tenant.id, principal.id)
          await directory.assignments.remove(tenant.id, held!.id)
        },
      ],
      ['a directory role', app.appId, () => directory.directoryRoles.assign(tenant.id, principal.id, role)],
      [
        'a permission removed',
        mailbox.guid,
        () => directory.permissions.remove(mailbox, { trustee, accessRights: ['FullAccess'], deny: false }),
      ],
      [
        'a protocol switched off',
        mailbox.guid,
        () => directory.mailboxes.update(tenant.id, mailbox.id, { imapEnabled: false }),
      ],
      ['Exchange’s pointer removed', app.appId, () => directory.exchange.remove(tenant.id, found.guid)],
      [
        'a mailbox removed, and its user',
        `${mailbox.guid} ${mailbox.externalDirectoryObjectId}`,
        () => directory.mailboxes.remove(tenant.id, mailbox.id),
      ],
      ['a service principal removed', app.appId, () => directory.servicePrincipals.remove(tenant.id, principal.id)],
      ['an app removed', app.appId, () => directory.apps.remove(tenant.id, app.id)],
    ]
    for (const [what, subject, write] of writes) {
      const before = await directory.journal.mark(tenant.id)
      const heard = notices
      await write()
      expect(await directory.journal.since(tenant.id, before), what).toEqual({
        mark: before + 1,
        subjects: new Set(subject.split(' ')),
      })
      expect(notices, what).toBe(heard + 1)
    }
  })

  it('has no line for a write that was refused', async () => {
    const { directory, tenant, engine } = await openDirectory()
    await directory.mailboxes.create(tenant.id, mailboxNamed('ada'))
    const before = await directory.journal.mark(tenant.id)
    let notices = 0
    engine.notifier.subscribe(tenant.id, () => notices++)
    await expect(directory.mailboxes.create(tenant.id, mailboxNamed('ada'))).rejects.toMatchObject({
      reason: 'already-exists',
    })
    expect(await directory.journal.since(tenant.id, before)).toEqual({ mark: before, subjects: new Set() })
    expect(notices).toBe(0)
  })

  it('tells a reader that came too late to look at everything', async () => {
    const { directory, tenant } = await openDirectory()
    const { principal } = await registerApp({ directory, tenant })
    const role = '29232cdf-9323-42fd-ade2-1d097af3e4de'
    const start = await directory.journal.mark(tenant.id)
    await Promise.all(
      Array.from({ length: 10_001 }, () => directory.directoryRoles.assign(tenant.id, principal.id, role)),
    )
    const end = start + 10_001
    expect(await directory.journal.since(tenant.id, start)).toEqual({ mark: end, subjects: undefined })
    expect(await directory.journal.since(tenant.id, start + 1)).toMatchObject({ mark: end, subjects: { size: 1 } })
  })

  it('is each tenant’s own', async () => {
    const { directory, tenant } = await openDirectory()
    const mark = await directory.journal.mark(tenant.id)
    const other = await directory.tenants.create('Fabrikam', 'fabrikam.test')
    await directory.mailboxes.create(other.id, mailboxNamed('ada', 'fabrikam.test'))
    expect(await directory.journal.since(tenant.id, mark)).toEqual({ mark, subjects: new Set() })
  })

  it('tells every tenant that took an app in when the app is removed', async () => {
    const { directory, tenant } = await openDirectory()
    const other = await directory.tenants.create('Fabrikam', 'fabrikam.test')
    const app = await directory.apps.create(tenant.id, { displayName: 'All', signInAudience: 'AzureADMultipleOrgs' })
    await directory.servicePrincipals.create(other.id, { appId: app.appId })
    const mark = await directory.journal.mark(other.id)
    await directory.apps.remove(tenant.id, app.id)
    expect(await directory.journal.since(other.id, mark)).toMatchObject({ subjects: new Set([app.appId]) })
  })
})
