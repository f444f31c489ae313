import { describe, expect, it } from 'vitest'
import { authorization, openAuthorizations } from '../../../test/support/tokens.ts'
import { HOUR } from '../../core/time.ts'

const { session: _, ...person } = authorization.signedIn

describe('a browser that somebody is signed in with', () => {
  it('is known by its cookie, which is another one at each sign-in', async () => {
    const { sessions } = (await openAuthorizations()).authorizations
    const [one, other] = [await sessions.start(person), await sessions.start(person)]
    expect(one.cookie).not.toBe(other.cookie)
    expect(one.signedIn.session).not.toBe(other.signedIn.session)
    expect(await sessions.find(one.cookie)).toEqual(one.signedIn)
    expect(await sessions.find('nonsense')).toBeUndefined()
  })

  it('is forgotten when they sign out, and after a day', async () => {
    const { authorizations, world } = await openAuthorizations()
    const { sessions } = authorizations
    const [one, other] = [await sessions.start(person), await sessions.start(person)]
    await sessions.end(one.cookie)
    expect(await sessions.find(one.cookie)).toBeUndefined()
    world.advance(24 * HOUR - 1)
    expect(await sessions.find(other.cookie)).toEqual(other.signedIn)
    world.advance(1)
    expect(await sessions.find(other.cookie)).toBeUndefined()
  })

  it('gives way when one person has a hundred others', async () => {
    const open = await openAuthorizations()
    const { sessions } = open.authorizations
    const first = await sessions.start(person)
    for (let times = 0; times < 100; times++) {
      open.world.advance(1)
      await sessions.start(person)
    }
    expect(await sessions.find(first.cookie)).toBeUndefined()
    expect(await open.held('authorization_session')).toBe(100)
  })
})
