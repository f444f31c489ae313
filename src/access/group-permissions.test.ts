import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openAccess, revoked } from '../../test/support/access.ts'
import { newMailbox, registerApp } from '../../test/support/directory.ts'
import { MINUTE } from '../core/time.ts'
import type { Profile } from '../core/profile.ts'
import type { GroupType } from '../domain/directory/types.ts'
import type { Access } from './types.ts'

/**
 * Ada and a program that reads for her, a shared mailbox, and groups: Readers, which Staff is in, and List, a
 * distribution group.
 */
async function open(profile: Profile, propagationMinutes = 0) {
  const context = await openAccess(profile, { propagationMinutes })
  const { directory, tenant } = context
  const program = await registerApp(context)
  const [ada, info] = [
    await directory.mailboxes.create(tenant.id, newMailbox('ada')),
    await directory.mailboxes.create(tenant.id, { ...newMailbox('info'), type: 'SharedMailbox' }),
  ]
  const user = (await directory.users.find(tenant.id, ada.userPrincipalName))!
  await context.consentTo(program, ['IMAP.AccessAsUser.All'], user.id)
  const group = (name: string, type: GroupType = 'Security') =>
    directory.groups.create(tenant.id, {
      name,
      alias: name,
      displayName: name,
      primarySmtpAddress: `${name}@contoso.test`,
      type,
      members: [],
    })
  const [readers, staff, list] = [await group('Readers'), await group('Staff'), await group('List', 'Distribution')]
  const trustee = (await directory.permissions.trustee(tenant.id, 'Readers'))!
  const fullAccess = (deny = false) =>
    ({ trustee, accessRights: ['FullAccess'], deny, inheritanceType: 'All' }) as const
  const her = { kind: 'mailbox', mailbox: ada } as const
  const bearer = await context.userTokenFor(program, user)
  const signIn = (access: Access = context.access) =>
    access.enter({ credential: { bearer }, protocol: 'imap', address: 'info@contoso.test', from: '192.0.2.7' })
  const lastCheck = async () => {
    const { signIn: id } = await signIn()
    await context.signIns.settled()
    const record = (await context.signIns.find(tenant.id, id))!
    return { ...record.checks.at(-1)!, fix: record.fix }
  }
  return { ...context, ada, info, user, readers, staff, list, trustee, fullAccess, her, signIn, lastCheck }
}

type Context = Awaited<ReturnType<typeof open>>

const inside = {
  readers: ({ directory, readers, her }: Context) => directory.groups.addMember(readers, her),
  'a group in readers': async ({ directory, readers, staff, her }: Context) => {
    await directory.groups.addMember(staff, her)
    await directory.groups.addMember(readers, { kind: 'group', group: staff })
  },
  'a group in readers, in which readers are': async ({ directory, readers, staff, her }: Context) => {
    await directory.groups.addMember(staff, her)
    await directory.groups.addMember(staff, { kind: 'group', group: readers })
    await directory.groups.addMember(readers, { kind: 'group', group: staff })
  },
} as const

describe('FullAccess of a group', () => {
  it.each(Object.entries(inside))('opens the mailbox to who is in %s', async (_, join) => {
    const context = await open('standards')
    const { directory, info, fullAccess, signIn } = context
    await directory.permissions.add(info, fullAccess())
    expect(await signIn()).toMatchObject({ granted: false, failed: 'mailboxPermission' })
    await join(context)
    expect(await signIn()).toMatchObject({ granted: true })
  })

  it('does not pass through a distribution group in it, which is no security principal', async () => {
    const { directory, info, fullAccess, readers, list, her, signIn } = await open('standards')
    await directory.permissions.add(info, fullAccess())
    await directory.groups.addMember(list, her)
    await directory.groups.addMember(readers, { kind: 'group', group: list })
    expect(await signIn()).toMatchObject({ granted: false, failed: 'mailboxPermission' })
  })

  it('says through which group it comes', async () => {
    const context = await open('standards')
    await context.directory.permissions.add(context.info, context.fullAccess())
    await inside['a group in readers'](context)
    expect(await context.lastCheck()).toEqual({
      name: 'mailboxPermission',
      ok: true,
      evidence:
        "The user ada@contoso.test has FullAccess to the mailbox info@contoso.test through the group 'Readers'.",
      fix: [],
    })
  })

  it('is told to a person who is not in it, and to an app, which is in none', async () => {
    const context = await open('standards')
    const { access, directory, info, tenant, fullAccess, lastCheck } = context
    await directory.permissions.add(info, fullAccess())
    expect((await lastCheck()).evidence).toBe(
      "The user ada@contoso.test has no FullAccess to the mailbox info@contoso.test, which is not their own. It is open to the members of 'Readers', and the user is in none of them.",
    )
    const app = await registerApp(context)
    await context.assignAppRole(app, 'IMAP.AccessAsApp')
    await directory.exchange.create(tenant.id, { appId: app.app.appId, objectId: app.principal.id })
    for (const name of ['One', 'Two', 'Three']) {
      const primarySmtpAddress = `${name}@contoso.test`
      const given = { name, alias: name, displayName: name, primarySmtpAddress, type: 'Security', members: [] } as const
      await directory.groups.create(tenant.id, given)
      const trustee = (await directory.permissions.trustee(tenant.id, name))!
      await directory.permissions.add(info, { ...fullAccess(), trustee })
    }
    const question = { mailbox: info.primarySmtpAddress, app: app.app.appId, protocol: 'imap' } as const
    expect((await access.simulate(tenant.id, question)).checks.at(-1)!.evidence).toMatch(
      / it has no entry there\. It is open to the members of 'Readers', 'One', 'Two' and 1 more, and a service principal is in no group\.$/,
    )
  })

  it('is waited for where grants take their time, unless the user’s own counts already', async () => {
    const context = await open('standards', 10)
    const { directory, info, user, tenant, world, fullAccess, signIn, lastCheck } = context
    world.advance(10 * MINUTE)
    await inside.readers(context)
    await directory.permissions.add(info, fullAccess())
    expect((await lastCheck()).evidence).toMatch(
      /^FullAccess of the group 'Readers' \(the user ada@contoso\.test is in it\) to the mailbox info@contoso\.test was made at /,
    )
    world.advance(10 * MINUTE)
    const own = { ...fullAccess(), trustee: (await directory.permissions.trustee(tenant.id, user.id))! }
    await directory.permissions.add(info, own)
    expect(await signIn()).toMatchObject({ granted: true })
  })
})

const lift = (named: string) =>
  `postern Remove-MailboxPermission -Identity info@contoso.test -User ${named} -AccessRights FullAccess -Deny -Confirm:$false`

describe('a denial to a group', () => {
  it.each(Object.entries(inside))(
    'counts before what is allowed to who is in %s, and says whose it is',
    async (_, join) => {
      const context = await open('standards')
      const { directory, info, tenant, user, readers, fullAccess, signIn, lastCheck } = context
      const own = { ...fullAccess(), trustee: (await directory.permissions.trustee(tenant.id, user.id))! }
      await directory.permissions.add(info, own)
      await join(context)
      expect(await signIn()).toMatchObject({ granted: true })
      await directory.permissions.add(info, fullAccess(true))
      expect(await lastCheck()).toEqual({
        name: 'mailboxPermission',
        ok: false,
        evidence:
          "FullAccess to the mailbox info@contoso.test is denied to the group 'Readers' (the user ada@contoso.test is in it).",
        fix: [
          `postern Remove-MailboxPermission -Identity info@contoso.test -User ${readers.guid} -AccessRights FullAccess -Deny -Confirm:$false`,
        ],
      })
    },
  )

  it('the fix removes every denial and grants the missing permission', async () => {
    const context = await open('standards')
    const { directory, info, tenant, user, readers, fullAccess, lastCheck } = context
    const own = { ...fullAccess(true), trustee: (await directory.permissions.trustee(tenant.id, user.id))! }
    await directory.permissions.add(info, fullAccess(true))
    await directory.permissions.add(info, own)
    await inside.readers(context)
    expect(await lastCheck()).toMatchObject({
      evidence: 'FullAccess to the mailbox info@contoso.test is denied to the user ada@contoso.test.',
      fix: [
        lift(user.id),
        lift(readers.guid),
        'postern Add-MailboxPermission -Identity info@contoso.test -User ada@contoso.test -AccessRights FullAccess',
      ],
    })
  })
})

/** Changes that end the sessions which the group Readers grants: Staff is a member of Readers, and ada of Staff. */
const endings: readonly (readonly [string, (context: Context) => Promise<unknown>])[] = [
  ['she leaves the group', ({ directory, staff, her }) => directory.groups.removeMember(staff, her)],
  [
    'her group leaves the one that is permitted',
    ({ directory, readers, staff }) => directory.groups.removeMember(readers, { kind: 'group', group: staff }),
  ],
  ['her group is removed', ({ directory, tenant, staff }) => directory.groups.remove(tenant.id, staff.guid)],
  ['the group is removed', ({ directory, tenant, readers }) => directory.groups.remove(tenant.id, readers.guid)],
  ['its permission is removed', ({ directory, info, fullAccess }) => directory.permissions.remove(info, fullAccess())],
  ['it is denied', ({ directory, info, fullAccess }) => directory.permissions.add(info, fullAccess(true))],
]

describe.each(['standards', 'exchange-online'] as const)('in %s a session through a group ends', (profile) => {
  it.each(endings)('when %s', async (_, end) => {
    const context = await open(profile)
    await context.directory.permissions.add(context.info, context.fullAccess())
    await inside['a group in readers'](context)
    const entry = await context.signIn()
    if (!entry.granted) throw new Error(`Refused at ${entry.failed}`)
    await end(context)
    await revoked(entry.mailbox.revoked)
    expect(await context.signIn()).toMatchObject({ granted: false, failed: 'mailboxPermission' })
  })
})

describe('what is remembered of groups', () => {
  it('decides as the directory itself would, whatever is written', async () => {
    const context = await open('standards')
    const { directory, info, readers, staff, her, fullAccess, signIn } = context
    const inner = { kind: 'group', group: staff } as const
    const writes: Readonly<Record<string, () => Promise<unknown>>> = {
      join: () => directory.groups.addMember(staff, her),
      leave: () => directory.groups.removeMember(staff, her),
      'join itself': () => directory.groups.addMember(readers, her),
      'leave itself': () => directory.groups.removeMember(readers, her),
      nest: () => directory.groups.addMember(readers, inner),
      part: () => directory.groups.removeMember(readers, inner),
      allow: () => directory.permissions.add(info, fullAccess()),
      'take back': () => directory.permissions.remove(info, fullAccess()),
      deny: () => directory.permissions.add(info, fullAccess(true)),
      lift: () => directory.permissions.remove(info, fullAccess(true)),
    }
    const entered = async (access?: Access) => {
      const entry = await signIn(access)
      if (entry.granted) entry.leave()
      return entry.granted
    }
    let opened = 0
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...Object.keys(writes)), { minLength: 4, maxLength: 12 }),
        async (names) => {
          for (const name of names) {
            // A write that finds nothing to do is refused, which changes nothing.
            await writes[name]!().catch(() => {})
            const decided = await entered()
            if (decided) opened++
            expect(decided, name).toBe(await entered(context.accessAs('standards')))
          }
        },
      ),
      { numRuns: 20 },
    )
    expect(opened).toBeGreaterThan(0)
  })
})
