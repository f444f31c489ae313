import { expect, it } from 'vitest'
import { BASE, signInRecord } from '../../../../test/support/access.ts'
import { type OpenGraph, openGraph } from '../../../../test/support/graph-server.ts'
import { registerApp } from '../../../../test/support/directory.ts'
import type { Guid } from '../../../core/ids.ts'
import { directoryRole } from '../../../core/well-known/directory-roles.ts'
import type { SignIn } from '../../../domain/audit/types.ts'

const KEY = '0b6ff8b0-6a2c-44a5-8ad5-4a3b0e0f0a01' as Guid

/** Puts sign-ins on record, a second apart, the first one first. */
async function record(stage: OpenGraph, ...signIns: readonly Partial<SignIn>[]) {
  const ids: string[] = []
  for (const signIn of signIns) {
    stage.world.advance(1000)
    ids.push(stage.signIns.record(signInRecord(stage.world, { tenant: stage.tenant.id, ...signIn })))
  }
  await stage.signIns.settled()
  return ids
}

const idsOf = (body: { value: { id: string }[] }) => body.value.map(({ id }) => id)

it('tells of a refused sign-in of an app with the code, the credential and the checks of the decision', async () => {
  const stage = await openGraph()
  const { app, principal } = await registerApp(stage, 'Mail fetcher')
  const [id] = await record(stage, {
    protocol: 'entra',
    mailbox: undefined,
    app: { appId: app.appId, id: app.id },
    appDisplayName: 'Mail fetcher',
    resource: { id: '00000002-0000-0ff1-ce00-000000000000' as Guid, displayName: 'Office 365 Exchange Online' },
    authentication: 'OAuth',
    credential: { kind: 'secret', keyId: KEY },
    outcome: 'refused',
    errorCode: 7000222,
    failureReason: 'The provided client secret keys are expired.',
    checks: [{ name: 'clientCredential', ok: false, evidence: 'It ended.' }],
    failed: 'clientCredential',
    fix: ['Add-MgApplicationPassword'],
    wire: 'AADSTS7000222',
    correlation: KEY,
  })
  const answer = await stage.call('GET', `/auditLogs/signIns/${id}`)
  expect(answer.status).toBe(200)
  expect(answer.body).toEqual({
    '@odata.context': `${BASE}/v1.0/$metadata#auditLogs/signIns/$entity`,
    id,
    createdDateTime: '2026-11-24T08:00:01Z',
    userDisplayName: null,
    userPrincipalName: null,
    userId: null,
    appId: app.appId,
    appDisplayName: 'Mail fetcher',
    ipAddress: '192.0.2.7',
    clientAppUsed: 'Mobile Apps and Desktop clients',
    correlationId: KEY,
    conditionalAccessStatus: 'notApplied',
    isInteractive: false,
    signInEventTypes: ['servicePrincipal'],
    resourceDisplayName: 'Office 365 Exchange Online',
    resourceId: '00000002-0000-0ff1-ce00-000000000000',
    servicePrincipalId: principal.id,
    servicePrincipalName: 'Mail fetcher',
    clientCredentialType: 'clientSecret',
    servicePrincipalCredentialKeyId: KEY,
    status: {
      errorCode: 7000222,
      failureReason: 'The provided client secret keys are expired.',
      additionalDetails: null,
    },
    // The very object of `postern explain`.
    posternDecision: {
      signInId: id,
      at: '2026-11-24T08:00:01.000Z',
      protocol: 'entra',
      mailbox: null,
      app: { appId: app.appId, id: app.id },
      outcome: 'refused',
      checks: [{ name: 'clientCredential', ok: false, evidence: 'It ended.' }],
      failed: 'clientCredential',
      fix: ['Add-MgApplicationPassword'],
      wire: 'AADSTS7000222',
      appDisplayName: 'Mail fetcher',
      kind: 'servicePrincipal',
      user: null,
      resource: { id: '00000002-0000-0ff1-ce00-000000000000', displayName: 'Office 365 Exchange Online' },
      authentication: 'OAuth',
      credential: { kind: 'secret', keyId: KEY },
      from: '192.0.2.7',
      count: 1,
      errorCode: 7000222,
      correlationId: KEY,
    },
  })
})

it('names the mailbox of a password that a mail protocol was given, as administrators look for those', async () => {
  const stage = await openGraph()
  await record(stage, { protocol: 'imap', authentication: 'Basic', outcome: 'refused', errorCode: 50126 })
  const { body } = await stage.call('GET', "/auditLogs/signIns?$filter=clientAppUsed eq 'IMAP'")
  expect(body.value).toMatchObject([{ userPrincipalName: 'ada@contoso.test', clientAppUsed: 'IMAP', appId: null }])
})

it('lists sign-ins, the latest first, and goes on where a page ended', async () => {
  const stage = await openGraph()
  const ids = await record(stage, { from: '1' }, { from: '2' }, { from: '3' }, { from: '4' }, { from: '5' })
  for (const order of ['', '&$orderby=createdDateTime desc']) {
    const shown: string[][] = []
    let url: string | undefined = `/auditLogs/signIns?$top=2${order}`
    while (url) {
      const { body } = await stage.call('GET', url.replace(BASE, ''))
      shown.push(idsOf(body))
      url = body['@odata.nextLink']
    }
    expect(shown).toEqual([[ids[4], ids[3]], [ids[2], ids[1]], [ids[0]]])
  }
  const { body } = await stage.call('GET', '/auditLogs/signIns?$orderby=createdDateTime&$top=1&$count=true')
  expect([body['@odata.count'], ...idsOf(body)]).toEqual([5, ids[0]])
  expect((await stage.call('GET', '/auditLogs/signIns?$top=1000')).status).toBe(200)
  expect((await stage.call('GET', '/auditLogs/signIns?$top=1001')).status).toBe(400)
})

it.each<[string, number[]]>([
  ['createdDateTime ge 2026-11-24T08:00:02Z', [2, 1]],
  ['createdDateTime gt 2026-11-24T08:00:02Z', [2]],
  ['createdDateTime lt 2026-11-24T08:00:02Z', [0]],
  ['createdDateTime le 2026-11-24T08:00:02Z', [1, 0]],
  ['createdDateTime eq 2026-11-24T08:00:02Z', [1]],
  ['createdDateTime ge 2026-11-24 and createdDateTime lt 2026-11-24T08:00:03Z', [1, 0]],
  ['status/errorCode eq 0', [2, 0]],
  ['status/errorCode ne 0', [1]],
  [`correlationId eq '${KEY}'`, [1]],
  [`correlationId eq ${KEY}`, [1]],
  ["userPrincipalName eq 'ADA@contoso.test'", [2]],
  ["startswith(userPrincipalName,'ada')", [2]],
  ["signInEventTypes/any(t: t eq 'servicePrincipal')", [1, 0]],
  ["signInEventTypes/any(t: t eq 'interactiveUser' or t eq 'nonInteractiveUser')", [2]],
  ["not signInEventTypes/any(t: t eq 'servicePrincipal')", [2]],
  ["signInEventTypes/any(t: t eq 'managedIdentity')", []],
  ["isInteractive eq true or ipAddress eq '192.0.2.1'", [2, 0]],
])('finds by %s', async (filter, found) => {
  const stage = await openGraph()
  const ids = await record(
    stage,
    { from: '192.0.2.1', mailbox: undefined },
    { errorCode: 7000215, outcome: 'refused', correlation: KEY, mailbox: undefined },
    {
      kind: 'interactiveUser',
      protocol: 'entra',
      user: { id: undefined, userPrincipalName: 'ada@contoso.test', displayName: undefined },
    },
  )
  const answer = await stage.call('GET', `/auditLogs/signIns?$filter=${encodeURIComponent(filter)}`)
  expect(answer.status).toBe(200)
  expect(idsOf(answer.body)).toEqual(found.map((at) => ids[at]))
})

it('shows no tenant the sign-ins of another', async () => {
  const stage = await openGraph()
  const other = await stage.directory.tenants.create('Fabrikam', 'fabrikam.test')
  const [id] = await record(stage, { tenant: other.id })
  expect((await stage.call('GET', '/auditLogs/signIns')).body.value).toEqual([])
  expect((await stage.call('GET', `/auditLogs/signIns/${id}`)).status).toBe(404)
})

it('shows the sign-ins of no tenant to a Global Administrator of the first tenant only', async () => {
  const stage = await openGraph()
  const [own, none] = await record(stage, {}, { tenant: undefined, outcome: 'refused', errorCode: 90002 })
  const seen = async (further = {}) => {
    const list = await stage.call('GET', '/auditLogs/signIns', undefined, further)
    const one = await stage.call('GET', `/auditLogs/signIns/${none}`, undefined, further)
    return [idsOf(list.body), one.status]
  }
  expect(await seen()).toEqual([[none, own], 200])
  expect(await seen({ wids: [] })).toEqual([[own], 404])
  const { globalReader, globalAdministrator } = directoryRole
  const scopes = ['AuditLog.Read.All']
  expect(await seen({ person: { scopes, wids: [globalReader] } })).toEqual([[own], 404])
  expect(await seen({ person: { scopes, wids: [globalAdministrator] } })).toEqual([[none, own], 200])
})
