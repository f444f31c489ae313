import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openGrantedAccess } from '../../../test/support/access.ts'
import type { AppId, TenantId } from '../../core/ids.ts'
import { tenantCache } from '../../domain/directory/tenant-cache.ts'
import type { Directory, MailboxRecord, Trustee } from '../../domain/directory/types.ts'
import type { Access } from '../types.ts'

const fullAccess = (trustee: Trustee, deny = false) =>
  ({ trustee, accessRights: ['FullAccess'], deny, inheritanceType: 'All' }) as const

type Context = Awaited<ReturnType<typeof openGrantedAccess>>
type Write = (context: Context, mailbox: MailboxRecord) => Promise<unknown>

/** The facts that a decision rests on, granted and revoked. */
const writes: Readonly<Record<string, Write>> = {
  allowed: ({ directory, trustee }, mailbox) => directory.permissions.add(mailbox, fullAccess(trustee)),
  removed: ({ directory, trustee }, mailbox) => directory.permissions.remove(mailbox, fullAccess(trustee)),
  denied: ({ directory, trustee }, mailbox) => directory.permissions.add(mailbox, fullAccess(trustee, true)),
  undenied: ({ directory, trustee }, mailbox) => directory.permissions.remove(mailbox, fullAccess(trustee, true)),
  on: ({ directory, tenant }, { id }) => directory.mailboxes.update(tenant.id, id, { imapEnabled: true }),
  off: ({ directory, tenant }, { id }) => directory.mailboxes.update(tenant.id, id, { imapEnabled: false }),
  enabled: ({ directory, tenant, reader }) =>
    directory.servicePrincipals.update(tenant.id, reader.principal.id, { accountEnabled: true }),
  disabled: ({ directory, tenant, reader }) =>
    directory.servicePrincipals.update(tenant.id, reader.principal.id, { accountEnabled: false }),
  consented: (context) => context.assignAppRole(context.reader, 'IMAP.AccessAsApp'),
  unconsented: async ({ directory, tenant, reader }) => {
    for (const { id } of await directory.assignments.of(tenant.id, reader.principal.id)) {
      await directory.assignments.remove(tenant.id, id)
    }
  },
}
const write = fc.constantFrom(...Object.keys(writes))

/** A write that finds nothing to do is refused, which changes nothing. */
const perform = (context: Context, name: string, mailbox: MailboxRecord) =>
  writes[name]!(context, mailbox).then(
    () => {},
    () => {},
  )

async function failing(access: Access, bearer: string): Promise<string | undefined> {
  const request = { credential: { bearer }, protocol: 'imap', address: 'ada@contoso.test', from: '192.0.2.7' } as const
  const entry = await access.enter(request)
  if (!entry.granted) return entry.failed
  entry.leave()
  return undefined
}

describe.each(['standards', 'exchange-online'] as const)('a decision that is made from memory, in %s', (profile) => {
  it('is the one that would be made without, as soon as a write has resolved', async () => {
    const context = await openGrantedAccess(profile)
    const bearer = await context.tokenFor(context.reader)
    await fc.assert(
      fc.asyncProperty(fc.array(write, { minLength: 1, maxLength: 12 }), async (names) => {
        for (const name of names) {
          await perform(context, name, context.mailbox)
          const [decided, due] = [failing(context.access, bearer), failing(context.accessAs(profile), bearer)]
          expect(await decided).toBe(await due)
        }
      }),
      { numRuns: 25 },
    )
  })

  it('sees a revocation also for sign-ins during the write', async () => {
    const context = await openGrantedAccess(profile)
    const { directory, mailbox, trustee } = context
    const bearer = await context.tokenFor(context.reader)
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(40), { maxLength: 12 }), async (delays) => {
        await directory.permissions.add(mailbox, fullAccess(trustee))
        expect(await failing(context.access, bearer)).toBeUndefined()
        const entering = delays.map(async (delay) => {
          for (let turn = 0; turn < delay; turn++) await Promise.resolve()
          return failing(context.access, bearer)
        })
        await directory.permissions.remove(mailbox, fullAccess(trustee))
        expect(await failing(context.access, bearer)).toBe('mailboxPermission')
        await Promise.all(entering)
        expect(await failing(context.access, bearer)).toBe('mailboxPermission')
      }),
      { numRuns: 40 },
    )
  })
})

/** Says which questions reach the directory. */
function asked(directory: Directory, tenant: TenantId) {
  const questions: string[] = []
  const heard: Directory = {
    ...directory,
    mailboxes: {
      ...directory.mailboxes,
      findByAddress: (of, address) => (questions.push(address), directory.mailboxes.findByAddress(of, address)),
    },
    apps: { ...directory.apps, identify: (appId) => (questions.push(appId), directory.apps.identify(appId)) },
  }
  return { ...tenantCache(heard, tenant), questions }
}

describe('what is remembered', () => {
  it('is asked for once until something changes, and what is not there each time', async () => {
    const { directory, tenant } = await openGrantedAccess()
    const { directory: remembered, forget, questions } = asked(directory, tenant.id)
    const [ada, nobody] = ['ada@contoso.test', 'nobody@contoso.test']
    for (let n = 0; n < 3; n++) await remembered.mailboxes.findByAddress(tenant.id, ada)
    for (let n = 0; n < 3; n++) await remembered.mailboxes.findByAddress(tenant.id, nobody)
    expect(questions).toEqual([ada, nobody, nobody, nobody])
    forget()
    await remembered.mailboxes.findByAddress(tenant.id, ada)
    expect(questions.at(-1)).toBe(ada)
  })

  it('is not an answer that was on its way when something changed', async () => {
    const { directory, tenant } = await openGrantedAccess()
    const { directory: remembered, forget, questions } = asked(directory, tenant.id)
    const answer = remembered.mailboxes.findByAddress(tenant.id, 'ada@contoso.test')
    forget()
    await answer
    await remembered.mailboxes.findByAddress(tenant.id, 'ada@contoso.test')
    expect(questions).toHaveLength(2)
  })

  it('is nothing of another tenant, of whose changes there is no notice', async () => {
    const context = await openGrantedAccess()
    const { directory, tenant, reader } = context
    const other = await directory.tenants.create('Fabrikam', 'fabrikam.test')
    const { directory: remembered, questions } = asked(directory, other.id)
    const appId: AppId = reader.app.appId
    expect(await remembered.apps.identify(appId)).toMatchObject({ tenant: tenant.id })
    await directory.apps.remove(tenant.id, reader.app.id)
    expect(await remembered.apps.identify(appId)).toBeUndefined()
    expect(questions).toEqual([appId, appId])
  })
})
