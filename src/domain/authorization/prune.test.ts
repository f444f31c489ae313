import { describe, expect, it } from 'vitest'
import { authorization, openAuthorizations } from '../../../test/support/tokens.ts'
import { DAY } from '../../core/time.ts'
import type { TenantId, UserId } from '../../core/ids.ts'

const code = { ...authorization, redirectUri: 'https://app.test', challenge: undefined, singlePage: false }
const grant = { ...authorization, singlePage: false, confidential: false }
const device = { tenant: undefined, appId: authorization.appId, scope: '', resource: undefined, from: '192.0.2.7' }
const tables = ['code', 'device', 'refresh_token', 'session'].map((name) => `authorization_${name}`)

describe('pruning of codes, refresh tokens and sessions', () => {
  it('removes expired rows, after the time in which late clients still get the precise error', async () => {
    const open = await openAuthorizations()
    const { codes, devices, refreshTokens, sessions } = open.authorizations
    await codes.issue(code)
    await devices.start(device)
    await refreshTokens.issue(grant)
    await refreshTokens.issue({ ...grant, singlePage: true })
    await sessions.start(authorization.signedIn)
    open.world.advance(2 * DAY + 1)
    await sessions.start(authorization.signedIn)
    for (const job of open.authorizations.jobs) await job.run()
    expect(await Promise.all(tables.map((table) => open.held(table)))).toEqual([0, 0, 1, 1])
    open.world.advance(91 * DAY)
    await codes.issue(code)
    for (const job of open.authorizations.jobs) await job.run()
    expect(await Promise.all(tables.map((table) => open.held(table)))).toEqual([1, 0, 0, 0])
  })

  it('limits the rows of each tenant: removes the oldest, and no row of another tenant', async () => {
    const bounds = { codes: 5, devices: 5, refreshTokens: 5, sessions: 5 }
    const open = await openAuthorizations({ bounds, writesBetweenPrunings: 20 })
    const { refreshTokens } = open.authorizations
    const signedIn = { ...authorization.signedIn, tenant: '00000000-0000-4000-8000-0000000000ff' as TenantId }
    const others = (await refreshTokens.issue({ ...grant, signedIn }))!.token
    const tokens: string[] = []
    for (let times = 0; times < 39; times++) {
      open.world.advance(1)
      const user = `00000000-0000-4000-8000-0000000001${10 + times}` as UserId
      tokens.push((await refreshTokens.issue({ ...grant, signedIn: { ...authorization.signedIn, user } }))!.token)
    }
    expect(await open.held('authorization_refresh_token')).toBe(6)
    const uses = await Promise.all([...tokens, others].map((token) => refreshTokens.use(token, grant.appId)))
    expect(uses.map(({ ok }) => ok)).toEqual([...Array<boolean>(34).fill(false), ...Array<boolean>(6).fill(true)])
  })
})
