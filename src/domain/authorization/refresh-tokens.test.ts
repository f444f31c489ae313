import { describe, expect, it } from 'vitest'
import { interleaved } from '../../../test/support/interleaved.ts'
import { authorization, openAuthorizations } from '../../../test/support/tokens.ts'
import { DAY } from '../../core/time.ts'
import type { AppId } from '../../core/ids.ts'
import { silentLog } from '../../core/log.ts'
import { createAuthorizations } from './authorizations.ts'

const otherApp = '00000000-0000-4000-8000-00000000000b' as AppId
const grant = { ...authorization, singlePage: false, confidential: false }

describe('a refresh token', () => {
  it('brings back what was authorised, to the app that it was given to and to no other', async () => {
    const { refreshTokens } = (await openAuthorizations()).authorizations
    const token = (await refreshTokens.issue(grant))!.token
    expect(token).toMatch(/^1\.A[\w.-]{100,}$/)
    expect(await refreshTokens.use(token, grant.appId)).toMatchObject({ ok: true, grant })
    expect(await refreshTokens.use(token, otherApp)).toEqual({ ok: false, because: 'unknown' })
    expect(await refreshTokens.use(`${token}x`, grant.appId)).toEqual({ ok: false, because: 'unknown' })
  })

  it('stays good when another one was given for it', async () => {
    const { refreshTokens } = (await openAuthorizations()).authorizations
    const first = (await refreshTokens.issue(grant))!.token
    const second = (await refreshTokens.issue(grant, first))!.token
    expect(second).not.toBe(first)
    for (const token of [first, second, first])
      expect(await refreshTokens.use(token, grant.appId)).toMatchObject({ ok: true })
  })

  it('ends after 90 days of disuse, counted from its last use', async () => {
    const { authorizations, world } = await openAuthorizations()
    const { refreshTokens } = authorizations
    const issued = world.now()
    const token = (await refreshTokens.issue(grant))!.token
    world.advance(89 * DAY)
    await refreshTokens.issue(grant, token)
    world.advance(89 * DAY)
    expect(await refreshTokens.use(token, grant.appId)).toMatchObject({ ok: true })
    world.advance(DAY)
    expect(await refreshTokens.use(token, grant.appId)).toEqual({ ok: false, because: 'idle', issued })
  })

  it('of a single-page application ends a day after the sign-in, and so do those given for it', async () => {
    const { authorizations, world } = await openAuthorizations()
    const { refreshTokens } = authorizations
    const first = (await refreshTokens.issue({ ...grant, singlePage: true }))!.token
    world.advance(DAY - 1)
    const second = (await refreshTokens.issue({ ...grant, singlePage: true }, first))!.token
    expect(await refreshTokens.use(second, grant.appId)).toMatchObject({ ok: true })
    world.advance(1)
    expect(await refreshTokens.use(second, grant.appId)).toMatchObject({ ok: false, because: 'ended' })
  })

  it('that is used again ends all that came of the sign-in, where reuse is watched for', async () => {
    const { refreshTokens } = (await openAuthorizations({ reuse: 'revoke' })).authorizations
    const first = (await refreshTokens.issue(grant))!.token
    const second = (await refreshTokens.issue(grant, first))!.token
    expect(await refreshTokens.use(second, grant.appId)).toMatchObject({ ok: true })
    expect(await refreshTokens.use(first, grant.appId)).toMatchObject({ ok: false, because: 'reused' })
    expect(await refreshTokens.use(second, grant.appId)).toMatchObject({ ok: false, because: 'revoked' })
  })

  it('gives one of two that come at once nothing, where reuse is watched for', async () => {
    const { refreshTokens } = (await openAuthorizations({ reuse: 'revoke' })).authorizations
    const token = (await refreshTokens.issue(grant))!.token
    const given = await Promise.all([refreshTokens.issue(grant, token), refreshTokens.issue(grant, token)])
    expect(given.filter((it) => it !== undefined)).toHaveLength(1)
    const { token: other } = given.find((it) => it !== undefined)!
    expect(await refreshTokens.use(other, grant.appId)).toMatchObject({ ok: false })
  })

  it('is replaced once if two nodes redeem it at the same moment, where reuse is watched for', async () => {
    const { sql, world } = await openAuthorizations()
    const rows = interleaved(sql)
    const nodes = [1, 2].map(() => createAuthorizations({ sql: rows, world, log: silentLog, reuse: 'revoke' }))
    for (let times = 0; times < 20; times++) {
      const token = (await nodes[0]!.refreshTokens.issue(grant))!.token
      const given = await Promise.all(nodes.map(({ refreshTokens }) => refreshTokens.issue(grant, token)))
      expect(given.filter((it) => it !== undefined)).toHaveLength(1)
    }
  })

  it('that a program keeps for ever outlives those that it was given and never looked at', async () => {
    const open = await openAuthorizations()
    const { refreshTokens } = open.authorizations
    const kept = (await refreshTokens.issue(grant))!.token
    for (let times = 0; times < 60; times++) {
      open.world.advance(1000)
      await refreshTokens.issue(grant, kept)
    }
    expect(await refreshTokens.use(kept, grant.appId)).toMatchObject({ ok: true })
    expect(await open.held('authorization_refresh_token')).toBe(50)
  })
})
