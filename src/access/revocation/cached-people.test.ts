import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openAccess } from '../../../test/support/access.ts'
import { newMailbox, registerApp } from '../../../test/support/directory.ts'
import type { Profile } from '../../core/profile.ts'
import type { Access } from '../types.ts'

const SCOPE = 'IMAP.AccessAsUser.All'

/** A person who reads a shared mailbox through a program, and all that this rests on, given and taken away. */
async function openShared(profile: Profile) {
  const context = await openAccess(profile)
  const { directory, tenant } = context
  const program = await registerApp(context)
  await directory.mailboxes.create(tenant.id, newMailbox('ada'))
  const shared = await directory.mailboxes.create(tenant.id, newMailbox('info'))
  const ada = (await directory.users.find(tenant.id, 'ada@contoso.test'))!
  const trustee = (await directory.permissions.trustee(tenant.id, ada.id))!
  const fullAccess = (deny: boolean) =>
    ({ trustee, accessRights: ['FullAccess'], deny, inheritanceType: 'All' }) as const
  const enable = (accountEnabled: boolean) => directory.users.update(tenant.id, ada.id, { accountEnabled })
  const enableApp = (accountEnabled: boolean) =>
    directory.servicePrincipals.update(tenant.id, program.principal.id, { accountEnabled })
  const consents = () => directory.consents.page(tenant.id, { limit: 100, where: { client: program.principal.id } })
  const writes: Readonly<Record<string, () => Promise<unknown>>> = {
    enabled: () => enable(true),
    disabled: () => enable(false),
    'app enabled': () => enableApp(true),
    'app disabled': () => enableApp(false),
    consented: () => context.consentTo(program, [SCOPE], ada.id),
    'consented for everybody': () => context.consentTo(program, [SCOPE]),
    narrowed: async () => {
      for (const { id } of await consents()) await directory.consents.update(tenant.id, id, ['SMTP.Send'])
    },
    revoked: async () => {
      for (const { id } of await consents()) await directory.consents.remove(tenant.id, id)
    },
    allowed: () => directory.permissions.add(shared, fullAccess(false)),
    'not allowed': () => directory.permissions.remove(shared, fullAccess(false)),
    denied: () => directory.permissions.add(shared, fullAccess(true)),
    'not denied': () => directory.permissions.remove(shared, fullAccess(true)),
  }
  const bearer = await context.userTokenFor(program, ada, { scopes: [SCOPE] })
  return { ...context, writes, bearer }
}

async function failing(access: Access, bearer: string): Promise<string | undefined> {
  const request = { credential: { bearer }, protocol: 'imap', address: 'info@contoso.test', from: '192.0.2.7' } as const
  const entry = await access.enter(request)
  if (!entry.granted) return entry.failed
  entry.leave()
  return undefined
}

describe.each(['standards', 'exchange-online'] as const)('what is remembered of a person, in %s', (profile) => {
  it('decides as the directory itself would, as soon as a write has resolved', async () => {
    const context = await openShared(profile)
    const { writes, bearer } = context
    for (const name of ['consented', 'allowed']) await writes[name]!()
    expect(await failing(context.access, bearer)).toBeUndefined()
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...Object.keys(writes)), { minLength: 1, maxLength: 12 }),
        async (names) => {
          for (const name of names) {
            // A write that finds nothing to do is refused, which changes nothing.
            await writes[name]!().catch(() => {})
            const [decided, due] = [failing(context.access, bearer), failing(context.accessAs(profile), bearer)]
            expect(await decided, name).toBe(await due)
          }
        },
      ),
      { numRuns: 25 },
    )
  })
})
