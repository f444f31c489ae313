import { describe, expect, it } from 'vitest'
import { opened } from '../../attacks/forge.ts'
import { openServer } from '../../support/server.ts'
import { registerAppWith } from '../../support/directory.ts'
import { type AtEnd, openOnce } from '../../support/lifecycle.ts'

const EXCHANGE = 'https://outlook.office365.com'

/** Returns the claims of a token for Exchange of an app that may read mail over IMAP. */
async function appOnly(resource = EXCHANGE, atEnd?: AtEnd) {
  const open = await openServer(undefined, {}, atEnd)
  const app = await registerAppWith(open, { roles: ['IMAP.AccessAsApp', 'SMTP.SendAsApp'] })
  return { context: open, app, ...opened(await open.token(app, resource)) }
}

type Made = Awaited<ReturnType<typeof appOnly>>

const shared = openOnce((atEnd) => appOnly(EXCHANGE, atEnd))

describe('an app-only token has', () => {
  it.each<[string, (made: Made) => void]>([
    ['aud, the resource as asked for', ({ claims }) => expect(claims.aud).toBe(EXCHANGE)],
    [
      'iss, which names the tenant and ends in a slash',
      ({ claims, context }) => expect(claims.iss).toBe(`https://localhost:8443/${context.tenant.id}/`),
    ],
    [
      'iat, nbf and exp, in seconds',
      ({ claims, context }) => {
        const [iat, nbf, exp] = [claims.iat, claims.nbf, claims.exp].map(Number)
        expect([iat, nbf]).toEqual([context.world.now() / 1000 - 300, iat])
        expect(exp).toBeGreaterThan(context.world.now() / 1000 + 3500)
      },
    ],
    ['aio, opaque', ({ claims }) => expect(claims.aio).toMatch(/^\S{16,}$/)],
    ['app_displayname, the application’s name', ({ claims }) => expect(claims.app_displayname).toBe('Reader')],
    ['appid, the client id', ({ claims, app }) => expect(claims.appid).toBe(app.clientId)],
    ['appidacr, 1 for a secret', ({ claims }) => expect(claims.appidacr).toBe('1')],
    ['idp, the same as iss', ({ claims }) => expect(claims.idp).toBe(claims.iss)],
    ['idtyp, app', ({ claims }) => expect(claims.idtyp).toBe('app')],
    ['oid, the service principal’s object id', ({ claims, app }) => expect(claims.oid).toBe(app.objectId)],
    [
      'rh and uti, opaque',
      ({ claims }) => {
        expect(claims.rh).toEqual(expect.any(String))
        expect(claims.uti).toMatch(/^[\w-]{22}$/)
      },
    ],
    [
      'roles, the values of what was granted',
      ({ claims }) => expect(claims.roles).toEqual(['IMAP.AccessAsApp', 'SMTP.SendAsApp']),
    ],
    ['sub, equal to oid', ({ claims }) => expect(claims.sub).toBe(claims.oid)],
    ['tid, the tenant’s GUID', ({ claims, context }) => expect(claims.tid).toBe(context.tenant.id)],
    [
      'wids, with the template that every app has',
      ({ claims }) => expect(claims.wids).toEqual(['0997a1d0-0d1d-4acb-b408-d5ca73121e90']),
    ],
    ['ver, 1.0', ({ claims }) => expect(claims.ver).toBe('1.0')],
  ])('%s', (_, holds) => holds(shared()))

  it('a header with typ, alg, kid and, in v1, x5t', () => {
    const { header } = shared()
    expect(header).toEqual({ typ: 'JWT', alg: 'RS256', x5t: header.kid, kid: expect.any(String) })
  })
})

describe('a resource', () => {
  it.each([
    ['Exchange Online', 'https://outlook.office365.com', 'IMAP.AccessAsApp'],
    ['Exchange Online', 'https://outlook.office.com', 'IMAP.AccessAsApp'],
    ['Exchange Online', 'https://ps.outlook.com', 'IMAP.AccessAsApp'],
    ['Exchange Online', '00000002-0000-0ff1-ce00-000000000000', 'IMAP.AccessAsApp'],
    ['Microsoft Graph', 'https://graph.microsoft.com', undefined],
  ])('%s is named by %s', async (_, resource, role) => {
    const { claims } = await appOnly(resource)
    expect(claims.aud).toBe(resource)
    expect((claims.roles as string[] | undefined)?.[0]).toBe(role)
  })
})
