import { describe, expect, it } from 'vitest'
import { errorCodeOf, openUserService, codeRequest } from '../../../../test/support/token-service.ts'
import { GRAPH } from '../../../../test/support/access.ts'
import { MINUTE } from '../../../core/time.ts'

const GRAPH_APP = '00000003-0000-0000-c000-000000000000'

async function stage() {
  const open = await openUserService()
  const app = await open.app()
  await open.consent(app, GRAPH, 'User.Read')
  return {
    open,
    app,
    latest: async () => {
      await open.signIns.settled()
      return (await open.signIns.recent(open.tenant.id, 1))[0]
    },
  }
}

describe('a token request for a person', () => {
  it('is on record with the person, the app, the resource and the checks that it passed', async () => {
    const { open, app, latest } = await stage()
    await open.ask(codeRequest(app, await open.code(app)))
    const record = await latest()
    expect(record).toMatchObject({
      kind: 'nonInteractiveUser',
      user: { id: open.user.id, userPrincipalName: 'ada@contoso.test', displayName: 'Ada' },
      app: { appId: app.id },
      resource: { id: GRAPH_APP },
      outcome: 'granted',
    })
    expect(record!.checks.map(({ name }) => name)).toEqual([
      'tenant',
      'client',
      'clientCredential',
      'grant',
      'user',
      'resource',
      'consent',
    ])
  })

  it('that is refused for want of consent says so, and what would fix it', async () => {
    const { open, app, latest } = await stage()
    await open.ask(codeRequest(app, await open.code(app, { scope: 'Mail.Send' })))
    expect(await latest()).toMatchObject({
      outcome: 'refused',
      errorCode: 65001,
      failed: 'consent',
      user: { id: open.user.id },
      resource: { id: GRAPH_APP },
    })
  })

  it('has links to this server only, and to no host that the client made up', async () => {
    const { open, app, latest } = await stage()
    const fixBy = async (host: string) => {
      await open.ask(codeRequest(app, await open.code(app, { scope: 'Mail.Send' })), { headers: { host } })
      return (await latest())!.fix.join(' ')
    }
    expect(await fixBy('evil.test')).toMatch(/^postern New-MgOauth2PermissionGrant [^:]*$/)
    open.world.advance(MINUTE)
    expect(await fixBy('localhost:8443')).toContain('https://localhost:8443/')
  })

  it('for a person who is disabled is refused, and on record as theirs', async () => {
    const { open, app, latest } = await stage()
    const code = await open.code(app)
    await open.directory.users.update(open.tenant.id, open.user.id, { accountEnabled: false })
    expect(errorCodeOf(await open.ask(codeRequest(app, code)))).toBe(50057)
    expect(await latest()).toMatchObject({ errorCode: 50057, failed: 'user', user: { id: open.user.id } })
  })

  it('for a person who is gone is refused', async () => {
    const { open, app } = await stage()
    const code = await open.code(app)
    await open.directory.users.remove(open.tenant.id, open.user.id)
    expect(errorCodeOf(await open.ask(codeRequest(app, code)))).toBe(50034)
  })

  it('that waits for somebody to sign in leaves no record', async () => {
    const { open, app, latest } = await stage()
    const started = await open.ask({ client_id: app.id, scope: 'User.Read' }, { endpoint: 'v2.0/devicecode' })
    await open.ask({
      grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
      client_id: app.id,
      device_code: started.json().device_code,
    })
    expect(await latest()).toBeUndefined()
  })
})
