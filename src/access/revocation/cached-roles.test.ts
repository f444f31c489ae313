import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openAccess } from '../../../test/support/access.ts'
import { grantMailbox, newMailbox, registerApp } from '../../../test/support/directory.ts'
import type { Access } from '../types.ts'

async function opened(profile: 'standards' | 'exchange-online') {
  const context = await openAccess(profile)
  const { directory, tenant } = context
  const sender = await registerApp(context)
  const ada = await directory.mailboxes.create(tenant.id, newMailbox('ada'))
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
  return { ...context, sender, ada, group, scope }
}

type Context = Awaited<ReturnType<typeof opened>>

const pointerOf = async ({ directory, tenant, sender }: Context) =>
  (await directory.exchange.findByAppId(tenant.id, sender.app.appId))!

const assign = async (context: Context, over: { scope?: true; group?: true }) => {
  const { directory, tenant, scope, group } = context
  return directory.roleAssignments.create(tenant.id, {
    role: directory.roleAssignments.roles.find(({ name }) => name === 'Application SMTP.SendAsApp')!,
    principal: (await pointerOf(context)).guid,
    ...(over.scope && { scope: scope.guid }),
    ...(over.group && { group: group.guid }),
  })
}

const lastAssignment = async ({ directory, tenant }: Context) =>
  (await directory.roleAssignments.all(tenant.id)).at(-1)!.guid

const narrowed = (context: Context, recipientFilter: string) =>
  context.directory.managementScopes.update(context.tenant.id, context.scope.guid, { recipientFilter })

const attributed = ({ directory, tenant, ada }: Context, CustomAttribute1: string | null) =>
  directory.mailboxes.update(tenant.id, ada.id, { settings: { CustomAttribute1 } })

const member = ({ ada }: Context) => ({ kind: 'mailbox', mailbox: ada }) as const

/** Facts that open a mailbox to a token without roles. */
const grants: Readonly<Record<string, (context: Context) => Promise<unknown>>> = {
  'over a scope': (context) => assign(context, { scope: true }),
  'over a group': (context) => assign(context, { group: true }),
  attributed: (context) => attributed(context, 'sends'),
  joined: (context) => context.directory.groups.addMember(context.group, member(context)),
  widened: (context) => narrowed(context, "CustomAttribute1 -eq 'sends'"),
  'in force': async (context) =>
    context.directory.roleAssignments.update(context.tenant.id, await lastAssignment(context), { enabled: true }),
  pointed: ({ directory, tenant, sender }) =>
    directory.exchange.create(tenant.id, { appId: sender.app.appId, objectId: sender.principal.id }),
}

/** The same, taken back. */
const takings: typeof grants = {
  unassigned: async (context) =>
    context.directory.roleAssignments.remove(context.tenant.id, await lastAssignment(context)),
  unattributed: (context) => attributed(context, null),
  left: (context) => context.directory.groups.removeMember(context.group, member(context)),
  narrowed: (context) => narrowed(context, "Alias -eq 'nobody'"),
  'out of force': async (context) =>
    context.directory.roleAssignments.update(context.tenant.id, await lastAssignment(context), { enabled: false }),
  unpointed: async (context) => context.directory.exchange.remove(context.tenant.id, (await pointerOf(context)).guid),
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
  it('cached decisions equal fresh ones once a write resolved; no revoked right opens the mailbox', async () => {
    const context = await opened(profile)
    const bearer = await context.tokenFor(context.sender)
    let granted = 0
    await fc.assert(
      fc.asyncProperty(fc.array(write, { minLength: 4, maxLength: 16 }), async (names) => {
        let before = await failing(context.access, bearer)
        for (const name of names) {
          // A write that finds nothing to change is refused, and changes nothing.
          await (grants[name] ?? takings[name])!(context).catch(() => {})
          const [decided, due] = [failing(context.access, bearer), failing(context.accessAs(profile), bearer)]
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
