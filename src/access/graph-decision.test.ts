import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openAccess } from '../../test/support/access.ts'
import { newMailbox, registerApp, type RegisteredApp } from '../../test/support/directory.ts'
import type { AppId } from '../core/ids.ts'
import type { MailboxRecord, PolicyRight } from '../domain/directory/types.ts'
import { microsoftGraph } from '../core/well-known/microsoft-graph.ts'
import { graphSteps, runChecks } from './decide.ts'
import { appFacts, mailboxFact } from './facts.ts'
import type { GraphPermission } from './types.ts'

async function opened() {
  const context = await openAccess('standards')
  const { directory, tenant } = context
  const ada = await directory.mailboxes.create(tenant.id, newMailbox('ada'))
  const bob = await directory.mailboxes.create(tenant.id, newMailbox('bob'))
  const scopes = {
    ada: await directory.managementScopes.create(tenant.id, {
      name: 'ada',
      recipientFilter: "Alias -eq 'ada'",
      exclusive: false,
    }),
    bob: await directory.managementScopes.create(tenant.id, {
      name: 'bob',
      recipientFilter: "Alias -eq 'bob'",
      exclusive: false,
    }),
  }

  const consent = ({ ...registered }: RegisteredApp, permission: string) =>
    context.assignAppRole(registered, permission, microsoftGraph)
  const assign = async ({ app, principal }: RegisteredApp, named: string, scope?: 'ada' | 'bob') => {
    const pointer =
      (await directory.exchange.findByAppId(tenant.id, app.appId)) ??
      (await directory.exchange.create(tenant.id, { appId: app.appId, objectId: principal.id }))
    return directory.roleAssignments.create(tenant.id, {
      role: directory.roleAssignments.roles.find(({ name }) => name === `Application ${named}`)!,
      principal: pointer.guid,
      scope: scope && scopes[scope].guid,
    })
  }
  const policy = async (appId: AppId | '*', accessRight: PolicyRight, of: MailboxRecord) => {
    const scope = (await directory.accessPolicies.scopeNamed(tenant.id, of.alias))!
    const [made] = await directory.accessPolicies.create(tenant.id, { appIds: [appId], accessRight, scope })
    return made!
  }
  const simulate = ({ app }: RegisteredApp, permission?: GraphPermission, mailbox = 'ada@contoso.test') =>
    context.access.simulate(tenant.id, { mailbox, app: app.appId, protocol: 'graph', permission })
  return { ...context, ada, bob, consent, assign, policy, simulate }
}

describe('mail over Graph', () => {
  it('is open everywhere to an app that was consented to have it', async () => {
    const context = await opened()
    const reader = await registerApp(context)
    const before = await context.simulate(reader)
    expect(before).toMatchObject({
      protocol: 'graph',
      failed: 'role',
      wire: '403 ErrorAccessDenied: Access is denied. Check credentials and try again.',
      resource: { displayName: 'Microsoft Graph' },
    })
    expect(before.fix[0]).toMatch(/^postern New-MgServicePrincipalAppRoleAssignment /)
    await context.consent(reader, 'Mail.Read')
    const granted = await context.simulate(reader)
    expect(granted).toMatchObject({ outcome: 'granted', wire: '200 OK' })
    expect(granted.checks.map(({ name }) => name)).toEqual(['token', 'audience', 'role', 'servicePrincipal', 'mailbox'])
  })

  it.each<[string, GraphPermission, boolean]>([
    ['Mail.Read', 'Mail.ReadBasic', true],
    ['Mail.Read', 'Mail.ReadWrite', false],
    ['Mail.ReadBasic.All', 'Mail.ReadBasic', true],
    ['Mail.ReadBasic', 'Mail.Read', false],
    ['Mail.ReadWrite', 'Mail.Read', true],
    ['Mail.ReadWrite', 'Mail.Send', false],
    ['Mail.Send', 'Mail.Send', true],
  ])('is open with %s for what needs %s: %s', async (held, permission, granted) => {
    const context = await opened()
    const reader = await registerApp(context)
    await context.consent(reader, held)
    expect((await context.simulate(reader, permission)).outcome).toBe(granted ? 'granted' : 'refused')
  })

  it('is open in the scope of a role of Exchange, with or without a consent for something else', async () => {
    const context = await opened()
    const reader = await registerApp(context)
    await context.consent(reader, 'Mail.Send')
    await context.assign(reader, 'Mail Full Access', 'ada')
    const granted = await context.simulate(reader, 'Mail.ReadWrite')
    expect(granted.checks.map(({ name }) => name)).toEqual([
      'token',
      'audience',
      'roleAssignment',
      'servicePrincipal',
      'exchangeServicePrincipal',
      'mailbox',
      'managementScope',
    ])
    expect(await context.simulate(reader, 'Mail.ReadWrite', 'bob@contoso.test')).toMatchObject({
      failed: 'managementScope',
      wire: '403 ErrorAccessDenied: Access is denied. Check credentials and try again.',
    })
    expect(await context.simulate(reader, 'Mail.Send', 'bob@contoso.test')).toMatchObject({ outcome: 'granted' })
  })

  it('is open everywhere where the consent was kept beside a scope, and that is said', async () => {
    const context = await opened()
    const reader = await registerApp(context)
    await context.consent(reader, 'Mail.Read')
    const { name } = await context.assign(reader, 'Mail.Read', 'bob')
    const { outcome, checks } = await context.simulate(reader)
    expect(outcome).toBe('granted')
    expect(checks.find((check) => check.name === 'role')!.evidence).toContain(
      `the scope of the role assignment '${name}' restricts nothing while it is consented to.`,
    )
  })

  it('is kept to mailboxes by policies, of the app and of every app', async () => {
    const context = await opened()
    const reader = await registerApp(context)
    await context.consent(reader, 'Mail.Read')
    const kept = await context.policy(reader.app.appId, 'RestrictAccess', context.bob)
    const outside = await context.simulate(reader)
    expect(outside).toMatchObject({
      failed: 'applicationAccessPolicy',
      wire: '403 ErrorAccessDenied: Access to OData is disabled: [RAOP] : Blocked by tenant configured AppOnly AccessPolicy settings.',
      fix: [
        `postern New-ApplicationAccessPolicy -AppId ${reader.app.appId} -AccessRight RestrictAccess -PolicyScopeGroupId ada@contoso.test`,
      ],
    })
    expect(await context.simulate(reader, 'Mail.Read', 'bob@contoso.test')).toMatchObject({ outcome: 'granted' })
    const denied = await context.policy('*', 'DenyAccess', context.bob)
    expect(await context.simulate(reader, 'Mail.Read', 'bob@contoso.test')).toMatchObject({
      failed: 'applicationAccessPolicy',
      fix: [`postern Remove-ApplicationAccessPolicy -Identity '${denied.identity}' -Confirm:$false`],
    })
    await context.directory.accessPolicies.remove(context.tenant.id, kept.id)
    expect(await context.simulate(reader)).toMatchObject({ outcome: 'granted' })
  })

  it('an Exchange role opens the mailbox in spite of policies on consented permissions', async () => {
    const context = await opened()
    const reader = await registerApp(context)
    await context.consent(reader, 'Mail.Read')
    await context.policy(reader.app.appId, 'RestrictAccess', context.ada)
    await context.assign(reader, 'Mail.Read', 'bob')
    const within = await context.simulate(reader)
    expect(within.checks.at(-1)).toMatchObject({ name: 'applicationAccessPolicy', ok: true })
    const past = await context.simulate(reader, 'Mail.Read', 'bob@contoso.test')
    expect(past).toMatchObject({ outcome: 'granted' })
    expect(past.checks.find(({ name }) => name === 'roleAssignment')!.evidence).toMatch(
      /^A fresh token would carry Mail\.Read, which application access policies keep off the mailbox; Exchange assigned/,
    )
    expect(past.checks.at(-1)!.evidence).toMatch(
      /No application access policy is asked: they restrict what was consented/,
    )
  })

  it('is not denied by a policy to a role of Exchange, which nothing was consented to beside', async () => {
    const context = await opened()
    const reader = await registerApp(context)
    await context.assign(reader, 'Mail.Read', 'ada')
    await context.policy('*', 'DenyAccess', context.ada)
    expect(await context.simulate(reader)).toMatchObject({ outcome: 'granted' })
  })

  it('is not taken from an app by an exclusive scope, which another’s role is over', async () => {
    const context = await opened()
    const [reader, other] = [await registerApp(context), await registerApp(context)]
    const { id } = context.tenant
    const recipientFilter = "Alias -eq 'ada'"
    const { guid } = await context.directory.managementScopes.create(id, {
      name: 'VIP',
      recipientFilter,
      exclusive: true,
    })
    const { guid: assigned } = await context.assign(other, 'Mail.Read')
    await context.directory.roleAssignments.update(id, assigned, { scope: guid })
    await context.assign(reader, 'Mail.Read')
    expect(await context.simulate(other)).toMatchObject({ outcome: 'granted' })
    expect(await context.simulate(reader)).toMatchObject({ outcome: 'granted' })
  })

  it('a role over one mailbox and a consent for another do not add up to a third permission', async () => {
    const context = await opened()
    const reader = await registerApp(context)
    await context.consent(reader, 'Mail.Read')
    await context.policy(reader.app.appId, 'RestrictAccess', context.ada)
    await context.assign(reader, 'Mail.Send', 'bob')
    expect(await context.simulate(reader, 'Mail.Send')).toMatchObject({ failed: 'managementScope' })
    const { name } = await context.assign(reader, 'Mail.ReadWrite', 'ada')
    const neither = await context.simulate(reader, 'Mail.Read', 'bob@contoso.test')
    expect(neither.checks.at(-1)!.evidence).toContain(
      `The role assignment '${name}', which no policy restricts, does not have the mailbox in its scope.`,
    )
    expect(await context.simulate(reader, 'Mail.Read', 'bob@contoso.test')).toMatchObject({
      failed: 'applicationAccessPolicy',
    })
  })

  it('is refused for an address that nobody has, and to a person without a scope', async () => {
    const context = await opened()
    const reader = await registerApp(context)
    await context.consent(reader, 'Mail.Read')
    expect(await context.simulate(reader, 'Mail.Read', 'nobody@contoso.test')).toMatchObject({
      failed: 'mailbox',
      wire: "404 ErrorInvalidUser: The requested user 'nobody@contoso.test' is invalid.",
    })
    const forAda = await context.access.simulate(context.tenant.id, {
      mailbox: 'ada@contoso.test',
      app: reader.app.appId,
      protocol: 'graph',
      user: 'ada@contoso.test',
    })
    expect(forAda).toMatchObject({
      failed: 'role',
      user: { userPrincipalName: 'ada@contoso.test' },
      wire: '403 ErrorAccessDenied: Access is denied. Check credentials and try again.',
    })
    expect(forAda.fix[0]).toMatch(/^postern New-MgOauth2PermissionGrant .* -Scope Mail.Read$/)
  })
})

const decided = async (
  context: Awaited<ReturnType<typeof opened>>,
  { app, principal }: RegisteredApp,
  { roles, immediate, aud = 'https://graph.microsoft.com' }: { roles: string[]; immediate: boolean; aud?: string },
) => {
  const { directory, tenant } = context
  const claims = { tid: tenant.id, appid: app.appId, app_displayname: 'Reader', oid: principal.id, aud, roles }
  const steps = await graphSteps({
    kind: 'app',
    claims,
    facts: appFacts(directory, claims),
    directory,
    rules: { immediateRevocation: immediate, strict: false },
    simulated: false,
    protocol: 'graph',
    permission: 'Mail.Read',
    address: 'ada@contoso.test',
    mailbox: mailboxFact(directory, tenant.id, 'ada@contoso.test'),
  })
  return runChecks(steps)
}

describe('a token for Graph that was shown', () => {
  it('counts by its claims, or only while they are consented to', async () => {
    const context = await opened()
    const reader = await registerApp(context)
    const roles = ['Mail.Read']
    expect((await decided(context, reader, { roles, immediate: false })).failed).toBeUndefined()
    const refused = await decided(context, reader, { roles, immediate: true })
    expect(refused).toMatchObject({ failed: 'role' })
    expect(refused.checks.at(-1)!.evidence).toMatch(/^The token carries the role Mail\.Read, but it was taken back\./)
    expect(refused.fix).toHaveLength(1)
    await context.consent(reader, 'Mail.Read')
    expect((await decided(context, reader, { roles, immediate: true })).failed).toBeUndefined()
    expect(await decided(context, reader, { roles: [], immediate: true })).toMatchObject({
      failed: 'role',
      fix: [expect.stringMatching(/^postern token .* --scope https:\/\/graph\.microsoft\.com\/\.default$/)],
    })
  })

  it('gives way to a role of Exchange where what it claims was taken back', async () => {
    const context = await opened()
    const reader = await registerApp(context)
    await context.assign(reader, 'Mail.Read', 'ada')
    const { failed, checks } = await decided(context, reader, { roles: ['Mail.Read'], immediate: true })
    expect(failed).toBeUndefined()
    expect(checks.at(-1)!.name).toBe('managementScope')
  })

  it('is not one for Exchange', async () => {
    const context = await opened()
    const reader = await registerApp(context)
    const shown = { roles: ['Mail.Read'], immediate: false, aud: 'https://outlook.office365.com' }
    expect(await decided(context, reader, shown)).toMatchObject({ failed: 'audience' })
  })
})

interface Drawn {
  readonly consents: readonly ('Mail.Read' | 'Mail.ReadWrite' | 'Mail.Send')[]
  readonly roles: readonly { readonly role: keyof typeof allowed; readonly scope: 'ada' | 'bob' | undefined }[]
  readonly policies: readonly { readonly right: PolicyRight; readonly of: 'ada' | 'bob' }[]
  readonly asked: GraphPermission
}

const allowed = {
  'Mail.Read': ['Mail.Read'],
  'Mail.Send': ['Mail.Send'],
  'Mail Full Access': ['Mail.ReadWrite', 'Mail.Send'],
  'Calendars.Read': ['Calendars.Read'],
} as const

const drawn: fc.Arbitrary<Drawn> = fc.record({
  consents: fc.uniqueArray(fc.constantFrom('Mail.Read', 'Mail.ReadWrite', 'Mail.Send'), { maxLength: 2 }),
  roles: fc.array(
    fc.record({
      role: fc.constantFrom('Mail.Read', 'Mail.Send', 'Mail Full Access', 'Calendars.Read'),
      scope: fc.constantFrom('ada', 'bob', undefined),
    }),
    { maxLength: 2 },
  ),
  policies: fc.uniqueArray(
    fc.record<Drawn['policies'][number]>({
      right: fc.constantFrom('RestrictAccess', 'DenyAccess'),
      of: fc.constantFrom('ada', 'bob'),
    }),
    { maxLength: 2, selector: ({ of }) => of },
  ),
  asked: fc.constantFrom('Mail.ReadBasic', 'Mail.Read', 'Mail.ReadWrite', 'Mail.Send'),
})

/** The rules once more, for ada's mailbox: docs/reference/exchange-admin.md §6, §7. */
function opens({ consents, roles, policies, asked }: Drawn): boolean {
  const here = roles.filter(({ scope }) => scope !== 'bob').flatMap(({ role }) => allowed[role])
  const denied = policies.some(({ right, of }) => right === 'DenyAccess' && of === 'ada')
  const restrictions = policies.filter(({ right }) => right === 'RestrictAccess')
  const within = restrictions.length === 0 || restrictions.some(({ of }) => of === 'ada')
  const held = new Set<string>([...(within && !denied ? consents : []), ...here])
  if (held.has('Mail.ReadWrite')) held.add('Mail.Read')
  if (held.has('Mail.Read')) held.add('Mail.ReadBasic')
  return held.has(asked)
}

describe('whatever is granted and whatever restricts', () => {
  it('is decided as the rules say; a grant that goes and a denial that comes open nothing', async () => {
    const context = await opened()
    const { directory, tenant } = context
    await fc.assert(
      fc.asyncProperty(drawn, fc.nat(), async (state, chosen) => {
        const app = await registerApp(context)
        const takeBack: (() => Promise<unknown>)[] = []
        for (const permission of state.consents) {
          const id = await context.consent(app, permission)
          takeBack.push(() => directory.assignments.remove(tenant.id, id))
        }
        for (const { role, scope } of state.roles) {
          const { guid } = await context.assign(app, role, scope)
          takeBack.push(() => directory.roleAssignments.remove(tenant.id, guid))
        }
        for (const { right, of } of state.policies) await context.policy(app.app.appId, right, context[of])
        const before = (await context.simulate(app, state.asked)).outcome
        expect(before).toBe(opens(state) ? 'granted' : 'refused')

        const taken = takeBack.length > 0 ? takeBack[chosen % takeBack.length]! : undefined
        await taken?.()
        const without = (await context.simulate(app, state.asked)).outcome
        if (before === 'refused') expect(without).toBe('refused')
        if (state.policies.every(({ of }) => of !== 'ada')) {
          await context.policy(app.app.appId, 'DenyAccess', context.ada)
          const denied = (await context.simulate(app, state.asked)).outcome
          if (without === 'refused' || state.roles.length === 0) expect(denied).toBe('refused')
        }
      }),
      { numRuns: 60 },
    )
  })
})
