import { describe, expect, it } from 'vitest'
import { TestWorld } from '../../test/support/world.ts'
import { HOUR } from '../core/time.ts'
import { FormStates } from './form-state.ts'

const browser = 'b'.repeat(43)
const state = { step: 'password', userName: 'ada@contoso.test' }

describe('the signed state of a form', () => {
  it('comes back as it was, for an hour', () => {
    const world = new TestWorld()
    const states = new FormStates<typeof state>(world)
    const signed = states.sign(browser, state)
    world.advance(HOUR)
    expect(states.verify(browser, signed)).toEqual(state)
    world.advance(1)
    expect(states.verify(browser, signed)).toBeUndefined()
  })

  it('is refused from another browser, without a browser, changed, cut off, or signed with another key', () => {
    const world = new TestWorld()
    const states = new FormStates<typeof state>(world)
    const signed = states.sign(browser, state)
    expect(states.verify('c'.repeat(43), signed)).toBeUndefined()
    expect(states.verify(undefined, signed)).toBeUndefined()
    expect(states.verify(browser, undefined)).toBeUndefined()
    expect(states.verify(browser, '')).toBeUndefined()
    expect(states.verify(browser, signed.slice(0, -4))).toBeUndefined()
    expect(
      states.verify(browser, `A${signed.slice(1)}`) ?? states.verify(browser, `B${signed.slice(1)}`),
    ).toBeUndefined()
    expect(new FormStates<typeof state>(world).verify(browser, signed)).toBeUndefined()
  })
})
