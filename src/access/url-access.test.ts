import { describe, expect, it } from 'vitest'
import { openAccess } from '../../test/support/access.ts'
import { grantMailbox, newMailbox, registerApp } from '../../test/support/directory.ts'
import type { Caller } from './types.ts'

async function opened() {
  const context = await openAccess('standards')
  const { directory, tenant, access, signIns } = context
  const lender = await registerApp(context)
  await context.assignAppRole(lender, 'IMAP.AccessAsApp')
  const ada = await directory.mailboxes.create(tenant.id, newMailbox('ada'))
  await grantMailbox(directory, lender, ada)
  const other = await registerApp(context)
  const caller: Caller = {
    kind: 'app',
    tenant: tenant.id,
    appId: other.app.appId,
    appDisplayName: other.app.displayName,
    servicePrincipal: other.principal.id,
    roles: new Set(['IMAP.AccessAsApp']),
    directoryRoles: new Set(),
  }
  const openForUrl = (otherwise: Partial<Parameters<typeof access.openForUrl>[0]> = {}) =>
    access.openForUrl({
      caller,
      by: lender.principal.id,
      protocol: 'imap',
      address: 'ada@contoso.test',
      from: '192.0.2.7',
      proven: async () => true,
      ...otherwise,
    })
  const records = async () => {
    await signIns.settled()
    return signIns.recent(tenant.id, 10)
  }
  return { ...context, lender, other, ada, openForUrl, records }
}

const nobody = async (): Promise<boolean> => {
  throw new Error('nothing reads the mailbox')
}

describe('access by a URL', () => {
  it('opens what the lender may open, until it is given back, and is on record as the lender’s', async () => {
    const { openForUrl, ada, lender, other, records } = await opened()
    const mailbox = await openForUrl()
    expect(mailbox!.mailbox.id).toBe(ada.id)
    expect(mailbox!.mailbox.revoked.aborted).toBe(false)
    const [record] = await records()
    expect(record).toMatchObject({ outcome: 'granted', app: { appId: lender.app.appId }, from: '192.0.2.7' })
    expect(record!.checks[0]!.evidence).toContain(other.app.appId)
    mailbox!.giveBack()
    expect(mailbox!.mailbox.revoked.aborted).toBe(true)
  })

  it('is not given, and is nowhere on record, where nothing proves that the lender authorised it', async () => {
    const { openForUrl, records } = await opened()
    let seen: AbortSignal | undefined
    const proven = async ({ revoked }: { revoked: AbortSignal }) => {
      seen = revoked
      return false
    }
    expect(await openForUrl({ proven })).toBeUndefined()
    expect(seen!.aborted).toBe(true)
    const broken = async ({ revoked }: { revoked: AbortSignal }) => {
      seen = revoked
      throw new Error('broken')
    }
    await expect(openForUrl({ proven: broken })).rejects.toThrow('broken')
    expect(seen!.aborted).toBe(true)
    expect(await records()).toEqual([])
  })

  it('asks for no proof where the lender may not open the mailbox any more', async () => {
    const { openForUrl, directory, tenant, lender, ada, other, records } = await opened()
    expect(await openForUrl({ proven: nobody, by: other.principal.id })).toBeUndefined()
    expect(await openForUrl({ proven: nobody, address: 'nobody@contoso.test' })).toBeUndefined()
    expect(await openForUrl({ proven: nobody, protocol: 'pop3' })).toBeUndefined()
    await directory.mailboxes.update(tenant.id, ada.id, { imapEnabled: false })
    expect(await openForUrl({ proven: nobody })).toBeUndefined()
    await directory.mailboxes.update(tenant.id, ada.id, { imapEnabled: true })
    expect(await openForUrl()).toBeDefined()
    await directory.servicePrincipals.update(tenant.id, lender.principal.id, { accountEnabled: false })
    expect(await openForUrl({ proven: nobody })).toBeUndefined()
    await directory.servicePrincipals.update(tenant.id, lender.principal.id, { accountEnabled: true })
    const trustee = await directory.permissions.trustee(tenant.id, lender.app.appId)
    await directory.permissions.remove(ada, { trustee: trustee!, accessRights: ['FullAccess'], deny: false })
    expect(await openForUrl({ proven: nobody })).toBeUndefined()
    expect(await records()).toHaveLength(1)
  })

  it('stays within the tenant', async () => {
    const { openForUrl, lender, other } = await opened()
    const stranger = { kind: 'app', tenant: '00000000-0000-4000-8000-000000000099', appId: other.app.appId } as Caller
    expect(await openForUrl({ proven: nobody, caller: stranger, by: lender.principal.id })).toBeUndefined()
  })
})
