import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openAccess } from '../../../test/support/open-access.ts'
import { grantMailbox, mailboxNamed, registerApp } from '../../../test/support/open-directory.ts'
import type { Access } from '../types.ts'

async function opened(profile: 'standards' | 'exchange-online') {
  const house = await openAccess(profile)
  const { directory, tenant } = house
  const sender = await registerApp(house)
  const ada = await directory.mailboxes.create(tenant.id, mailboxNamed('ada'))
  const group = await directory.groups.create(tenant.id, {
    name: 'senders',
    alias: 'senders',
    displayName: 'senders',
    primarySmtpAddress: 'senders@contoso.test',
    type: 'Security',
    members: [],
  })
  const scope = await directory.managementScopes.create(tenant.id, {
    name: 'Senders',
    recipientFilter: "CustomAttribute1 -eq 'sends'",
    exclusive: false,
  })
  await grantMailbox(directory, sender, ada)
  return { ...house, sender, ada, group, scope }
}

type House = Awaited<ReturnType<typeof opened>>

const pointerOf = async ({ directory, tenant, sender }: House) =>
  (await directory.exchange.findByAppId(tenant.id, sender.app.appId))!

const assign = async (house: House, over: { scope?: true; group?: true }) => {
  const { directory, tenant, scope, group } = house
  return directory.roleAssignments.create(tenant.id, {
    role: directory.roleAssignments.roles.find(({ name }) => name === 'Application SMTP.SendAsApp')!,
    principal: (await pointerOf(house)).guid,
    ...(over.scope && { scope: scope.guid }),
    ...(over.group && { group: group.guid }),
  })
}

const lastAssignment = async ({ directory, tenant }: House) =>
  (await directory.roleAssignments.all(tenant.id)).at(-1)!.guid

const narrowed = (house: House, recipientFilter: string) =>
  house.directory.managementScopes.update(house.tenant.id, house.scope.guid, { recipientFilter })

const attributed = ({ directory, tenant, ada }: House, CustomAttribute1: string | null) =>
  directory.mailboxes.update(tenant.id, ada.id, { settings: { CustomAttribute1 } })

const member = ({ ada }: House) => ({ kind: 'mailbox', mailbox: ada }) as const

/** What opens a mailbox to a token without roles. */
const grants: Readonly<Record<string, (house: House) => Promise<unknown>>> = {
  'over a scope': (house) => assign(house, { scope: true }),
  'over a group': (house) => assign(house, { group: true }),
  attributed: (house) => attributed(house, 'sends'),
  joined: (house) => house.directory.groups.addMember(house.group, member(house)),
  widened: (house) => narrowed(house, "CustomAttribute1 -eq 'sends'"),
  'in force': async (house) =>
    house.directory.roleAssignments.update(house.tenant.id, await lastAssignment(house), { enabled: true }),
  pointed: ({ directory, tenant, sender }) =>
    directory.exchange.create(tenant.id, { appId: sender.app.appId, objectId: sender.principal.id }),
}

/** The same, taken back. */
const takings: typeof grants = {
  unassigned: async (house) => house.directory.roleAssignments.remove(house.tenant.id, await lastAssignment(house)),
  unattributed: (house) => attributed(house, null),
  left: (house) => house.directory.groups.removeMember(house.group, member(house)),
  narrowed: (house) => narrowed(house, "Alias -eq 'nobody'"),
  'out of force': async (house) =>
    house.directory.roleAssignments.update(house.tenant.id, await lastAssignment(house), { enabled: false }),
  unpointed: async (house) => house.directory.exchange.remove(house.tenant.id, (await pointerOf(house)).guid),
}

const write = fc.constantFrom(...Object.keys(grants), ...Object.keys(takings))

async function failing(access: Access, bearer: string): Promise<string | undefined> {
  const request = { credential: { bearer }, protocol: 'smtp', address: 'ada@contoso.test', from: '192.0.2.7' } as const
  const entry = await access.enter(request)
  if (!entry.granted) return entry.failed
  entry.leave()
  return undefined
}

describe.each(['standards', 'exchange-online'] as const)('a submission by a role of Exchange, in %s', (profile) => {
  it('is decided from memory as without, as soon as a write has resolved; nothing taken back opens the mailbox', async () => {
    const house = await opened(profile)
    const bearer = await house.tokenFor(house.sender)
    let granted = 0
    await fc.assert(
      fc.asyncProperty(fc.array(write, { minLength: 4, maxLength: 16 }), async (names) => {
        let before = await failing(house.access, bearer)
        for (const name of names) {
          // What finds nothing to do is refused, which changes nothing.
          await (grants[name] ?? takings[name])!(house).catch(() => {})
          const [decided, due] = [failing(house.access, bearer), failing(house.accessAs(profile), bearer)]
          const after = await decided
          expect(after).toBe(await due)
          if (takings[name] && before !== undefined) expect(after, name).not.toBeUndefined()
          if (after === undefined) granted++
          before = after
        }
      }),
      // Chance alone may grant nothing.
      { numRuns: 15, examples: [[['attributed', 'over a scope', 'unattributed', 'attributed']]] },
    )
    expect(granted).toBeGreaterThan(0)
  })
})
