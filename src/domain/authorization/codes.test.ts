import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { interleaved } from '../../../test/support/interleaved.ts'
import { authorization, openAuthorizations } from '../../../test/support/tokens.ts'
import { MINUTE } from '../../core/time.ts'
import type { AppId } from '../../core/ids.ts'
import { silentLog } from '../../core/log.ts'
import { createAuthorizations } from './authorizations.ts'

const otherApp = '00000000-0000-4000-8000-00000000000b' as AppId
const request = { ...authorization, redirectUri: 'https://app.test', challenge: undefined, singlePage: false }

describe('a code', () => {
  it('brings back what was authorised, once, to the app that it was made for', async () => {
    const { codes } = (await openAuthorizations()).authorizations
    const code = await codes.issue(request)
    expect(code).toMatch(/^1\.A[\w.-]{100,}$/)
    expect(await codes.redeem(code, otherApp)).toEqual({ ok: false, because: 'unknown' })
    expect(await codes.redeem(code, request.appId)).toEqual({ ok: true, request })
    expect(await codes.redeem(code, request.appId)).toEqual({ ok: false, because: 'used' })
    expect(await codes.redeem('nonsense', request.appId)).toEqual({ ok: false, because: 'unknown' })
  })

  it('is good for ten minutes', async () => {
    const { authorizations, world } = await openAuthorizations()
    const code = await authorizations.codes.issue(request)
    world.advance(10 * MINUTE)
    expect(await authorizations.codes.redeem(code, request.appId)).toEqual({ ok: false, because: 'expired' })
  })

  it('that is shown again ends what it was redeemed for, and gives no more', async () => {
    const { codes, refreshTokens } = (await openAuthorizations()).authorizations
    const grant = { ...authorization, singlePage: false, confidential: true }
    const code = await codes.issue(request)
    await codes.redeem(code, request.appId)
    const token = (await refreshTokens.issue(grant, code))!.token
    const next = (await refreshTokens.issue(grant, token))!.token
    await codes.redeem(code, request.appId)
    for (const given of [token, next]) {
      expect(await refreshTokens.use(given, request.appId)).toMatchObject({ ok: false, because: 'revoked' })
    }
    expect(await refreshTokens.issue(grant, code)).toBeUndefined()
  })

  it('is redeemed once if two nodes redeem it at the same moment', async () => {
    const { sql, world } = await openAuthorizations()
    const rows = interleaved(sql)
    const nodes = [1, 2].map(() => createAuthorizations({ sql: rows, world, log: silentLog, reuse: 'allowed' }))
    for (let times = 0; times < 20; times++) {
      const code = await nodes[0]!.codes.issue(request)
      const given = await Promise.all(nodes.map(({ codes }) => codes.redeem(code, request.appId)))
      expect(given.map(({ ok }) => ok).toSorted((one, other) => Number(one) - Number(other))).toEqual([false, true])
    }
  })

  it('gives no refresh token before it was redeemed', async () => {
    const { codes, refreshTokens } = (await openAuthorizations()).authorizations
    const code = await codes.issue(request)
    expect(await refreshTokens.issue({ ...authorization, singlePage: false, confidential: true }, code)).toBeUndefined()
  })

  it('keeps of a plain challenge its S256 only, and of itself its hash only', async () => {
    const { authorizations, sql } = await openAuthorizations()
    const challenge = 'a-plain-challenge-that-is-a-secret-of-the-client'
    const code = await authorizations.codes.issue({ ...request, challenge: { method: 'plain', challenge } })
    const kept = JSON.stringify(await sql.all({ parts: ['select * from authorization_code'], args: [] }))
    expect(kept).not.toContain(challenge)
    expect(kept).not.toContain(code)
    expect(await authorizations.codes.redeem(code, request.appId)).toMatchObject({
      request: {
        challenge: { method: 'S256', challenge: createHash('sha256').update(challenge).digest('base64url') },
      },
    })
  })
})
