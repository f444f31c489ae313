import { describe, expect, it } from 'vitest'
import { authorized, openAuthorizations } from '../../../test/support/open-authorizations.ts'
import type { UserId } from '../../core/ids.ts'
import type { SignedIn } from './types.ts'

const { tenant, user } = authorized.signedIn
const other = '00000000-0000-4000-8000-0000000000ee' as UserId

/** All that a person may have given, or have on its way. */
async function given(open: Awaited<ReturnType<typeof openAuthorizations>>, by: Partial<SignedIn> = {}) {
  const { codes, devices, refreshTokens, sessions } = open.authorizations
  const signedIn = { ...authorized.signedIn, at: open.world.now(), ...by }
  const authorization = { ...authorized, signedIn }
  const { appId } = authorization
  const code = await codes.issue({
    ...authorization,
    redirectUri: 'https://app.test',
    challenge: undefined,
    singlePage: false,
  })
  const device = await devices.start({ tenant, appId, scope: '', resource: undefined, from: '192.0.2.7' })
  await devices.approve(device.userCode, authorization)
  const { token } = (await refreshTokens.issue({ ...authorization, singlePage: false, confidential: true }))!
  const { cookie } = await sessions.start(signedIn)
  return async () => [
    (await codes.redeem(code, appId)).ok,
    (await devices.poll(device.deviceCode, appId)).is === 'approved',
    (await refreshTokens.use(token, appId)).ok,
    (await sessions.find(cookie)) !== undefined,
  ]
}

const all = [true, true, true, true]
const none = [false, false, false, false]

describe('a revocation', () => {
  it('ends all that goes back to sign-ins before it, given or on its way', async () => {
    const open = await openAuthorizations()
    const [before, again] = [await given(open), await given(open)]
    expect(await before()).toEqual(all)
    await open.authorizations.revoke(tenant, user)
    expect(await again()).toEqual(none)
  })

  it('leaves alone what others gave, and what the person gives after signing in anew', async () => {
    const open = await openAuthorizations()
    const others = await given(open, { user: other })
    await open.authorizations.revoke(tenant, user)
    open.world.advance(1)
    const anew = await given(open)
    expect(await others()).toEqual(all)
    expect(await anew()).toEqual(all)
  })

  it('holds for what is written after it, when the sign-in was before', async () => {
    const open = await openAuthorizations()
    const at = open.world.now()
    open.world.advance(10)
    await open.authorizations.revoke(tenant, user)
    expect(await (await given(open, { at }))()).toEqual(none)
  })

  it('moves on when it comes again', async () => {
    const open = await openAuthorizations()
    await open.authorizations.revoke(tenant, user)
    open.world.advance(10)
    const between = await given(open)
    await open.authorizations.revoke(tenant, user)
    expect(await between()).toEqual(none)
  })
})
