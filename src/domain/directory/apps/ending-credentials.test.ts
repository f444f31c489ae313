import { describe, expect, it } from 'vitest'
import { makeCertificate } from '../../../../test/support/certificates.ts'
import { grantMailbox, newMailbox, openDirectory, registerApp } from '../../../../test/support/directory.ts'
import { DAY } from '../../../core/time.ts'

describe('credentials that end', () => {
  it('are those of the tenant within the span, secrets and certificates, the earliest first', async () => {
    const context = await openDirectory()
    const { directory, tenant, world } = context
    const { app } = await registerApp(context)
    const now = world.now()
    const secret = (days: number, displayName?: string) =>
      directory.apps.addSecret(tenant.id, app.id, { ends: now + days * DAY, ...(displayName && { displayName }) })
    const late = await secret(29, 'late')
    await secret(30)
    await secret(-1)
    const { der } = await makeCertificate({ now, starts: now, ends: now + 10 * DAY })
    const { certificates } = await directory.apps.update(tenant.id, app.id, { certificates: [{ der }] })
    const other = await directory.tenants.create('Fabrikam', 'fabrikam.test')
    const foreign = await directory.apps.create(other.id, { displayName: 'Elsewhere' })
    await directory.apps.addSecret(other.id, foreign.id, { ends: now + DAY })
    const about = { id: app.id, appId: app.appId, displayName: 'Reader' }
    expect(await directory.apps.credentialsEnding(tenant.id, { from: now, until: now + 30 * DAY })).toEqual([
      {
        keyId: certificates[0]!.keyId,
        kind: 'certificate',
        displayName: undefined,
        hint: certificates[0]!.sha1,
        ends: certificates[0]!.ends,
        app: about,
      },
      { keyId: late.keyId, kind: 'secret', displayName: 'late', hint: late.hint, ends: late.ends, app: about },
    ])
  })
})

describe('mailboxes that are open to somebody', () => {
  it('are those with FullAccess and no denial of it', async () => {
    const context = await openDirectory()
    const { directory, tenant } = context
    const reader = await registerApp(context)
    const [ada, bob, eve] = await Promise.all(
      ['ada', 'bob', 'eve'].map((word) => directory.mailboxes.create(tenant.id, newMailbox(word))),
    )
    const { found, trustee } = await grantMailbox(directory, reader, ada!)
    await grantMailbox(directory, reader, bob!)
    const grant = { trustee, inheritanceType: 'All' } as const
    await directory.permissions.add(bob!, { ...grant, accessRights: ['FullAccess'], deny: true })
    await directory.permissions.add(eve!, { ...grant, accessRights: ['ReadPermission'], deny: false })
    expect(await directory.mailboxes.openTo(tenant.id, found.guid)).toEqual([ada])
  })
})
