import { describe, expect, it } from 'vitest'
import {
  grantMailbox,
  newMailbox,
  type OpenDirectory,
  openDirectory,
  registerApp,
} from '../../../test/support/directory.ts'
import { ask, sql, type Statements } from '../../storage/engine.ts'
import { directoryRole } from '../../core/well-known/directory-roles.ts'
import { exchangeOnline } from '../../core/well-known/exchange-online.ts'

describe('the directory’s journal', () => {
  it('has a line for every write, about the app or the mailbox it touched, and gives notice of it', async () => {
    const { directory, tenant, engine } = await openDirectory()
    let notices = 0
    engine.notifier.subscribe(tenant.id, () => notices++)
    const { app, principal } = await registerApp({ directory, tenant })
    const mailbox = await directory.mailboxes.create(tenant.id, newMailbox('ada'))
    const { found, trustee } = await grantMailbox(directory, { app, principal }, mailbox)
    const exchange = await directory.servicePrincipals.find(tenant.id, { appId: exchangeOnline.appId })
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
    await directory.mailboxes.create(tenant.id, newMailbox('ada'))
    const before = await directory.journal.mark(tenant.id)
    let notices = 0
    engine.notifier.subscribe(tenant.id, () => notices++)
    await expect(directory.mailboxes.create(tenant.id, newMailbox('ada'))).rejects.toMatchObject({
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
    await directory.mailboxes.create(other.id, newMailbox('ada', 'fabrikam.test'))
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

async function byCmdlet() {
  const open = await openDirectory()
  const { app, principal } = await registerApp(open)
  const actor = { kind: 'app', appId: app.appId, servicePrincipal: principal.id, name: 'Reader' } as const
  const parameters = [{ name: 'Identity', value: 'ada' }]
  const command = { name: 'Set-User', from: '203.0.113.7', parameters }
  const mailbox = await open.directory.mailboxes.create(open.tenant.id, newMailbox('ada'))
  const acting = open.directory.by(actor, undefined, command)
  return { ...open, mailbox, user: mailbox.externalDirectoryObjectId, acting, command }
}
const records = ({ directory, tenant }: OpenDirectory) => directory.audits.page(tenant.id, { limit: 100 })

describe('what is written together', () => {
  it('is news line by line, and one record with all that was done to whomever', async () => {
    const open = await byCmdlet()
    const { directory, tenant, mailbox, user, acting, command } = open
    const [mark, before] = [await directory.journal.mark(tenant.id), await records(open)]
    const [changed, ended, added] = await acting.together(tenant.id, [
      (one) => one.users.update(tenant.id, user, { displayName: 'Ada L.' }),
      (one) => one.mailboxes.update(tenant.id, mailbox.id, { imapEnabled: false }),
      (_, write) => write(() => anything('beside the directory')),
    ])
    expect([changed.displayName, ended.imapEnabled, added]).toEqual(['Ada L.', false, 'beside the directory'])
    expect(await directory.journal.since(tenant.id, mark)).toEqual({
      mark: mark + 2,
      subjects: new Set([user, mailbox.guid]),
    })
    await acting.audits.tellDone(tenant.id)
    const [record, ...others] = await records(open)
    expect(others).toEqual(before)
    expect(record).toMatchObject({
      activity: 'Set-User',
      category: 'Exchange',
      command,
      targets: [{ id: user }, { id: mailbox.guid }],
      changes: [
        { property: 'DisplayName', after: '"Ada L."' },
        { property: 'ImapEnabled', after: 'false' },
      ],
    })
  })

  it('is not there at all when one of it is refused, which is on record', async () => {
    const open = await byCmdlet()
    const { directory, tenant, mailbox, user, acting } = open
    const [mark, before] = [await directory.journal.mark(tenant.id), await records(open)]
    await directory.mailboxes.create(tenant.id, newMailbox('bob'))
    const both = acting.together(tenant.id, [
      (one) => one.users.update(tenant.id, user, { displayName: 'Ada L.' }),
      (one) => one.mailboxes.update(tenant.id, mailbox.id, { alias: 'bob' }),
    ])
    await expect(both).rejects.toMatchObject({ reason: 'already-exists' })
    await acting.audits.tellRefused(tenant.id, { refused: 'It is taken.', error: 'Taken' })
    expect((await directory.users.find(tenant.id, user))!.displayName).toBe("ada's mailbox")
    expect(await directory.journal.mark(tenant.id)).toBe(mark + 1)
    const [record, , ...others] = await records(open)
    expect(others).toEqual(before)
    expect(record).toMatchObject({
      command: { name: 'Set-User', refused: 'It is taken.', error: 'Taken' },
      targets: [{ displayName: 'ada' }],
    })
  })

  it('keeps an administrator, whichever part would take the last one away', async () => {
    const { directory, tenant, mailbox, user, acting } = await byCmdlet()
    await directory.users.update(tenant.id, user, { password: 'Correct horse battery staple' })
    await directory.directoryRoles.assign(tenant.id, user, directoryRole.globalAdministrator)
    const both = acting.together(tenant.id, [
      (one) => one.mailboxes.update(tenant.id, mailbox.id, { imapEnabled: false }),
      (one) => one.mailboxes.remove(tenant.id, mailbox.id),
    ])
    await expect(both).rejects.toMatchObject({ reason: 'wrong-state' })
    expect((await directory.mailboxes.byId(mailbox.id))!.imapEnabled).toBe(true)
  })

  it('has an audit event for each change without a cmdlet, and none for no change', async () => {
    const open = await byCmdlet()
    const { directory, tenant, user } = open
    const before = await records(open)
    expect(await directory.together(tenant.id, [async () => 'nothing'])).toEqual(['nothing'])
    expect(await records(open)).toEqual(before)
    await directory.together(tenant.id, [
      (one) => one.users.update(tenant.id, user, { displayName: 'Ada L.' }),
      (one) => one.users.revokeSignIns(tenant.id, user),
    ])
    expect((await records(open)).slice(0, 2).map(({ activity }) => activity)).toEqual([
      'Update StsRefreshTokenValidFrom Timestamp',
      'Update user',
    ])
  })
})

function* anything(result: string): Statements<string> {
  yield* ask(sql`select 1 as one`)
  return result
}
