import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TestWorld } from '../../../test/support/world.ts'
import { MINUTE } from '../time.ts'
import { type Log, silentLog } from '../log.ts'
import type { Connection } from './connection.ts'
import { type AllLimits, Connections } from './connections.ts'
import type { ConnectionLimits } from './connection-table.ts'

const none = { most: 1000, perAddress: 1000, unauthenticatedPerAddress: 1000 }

/** Connections by name, and the names of the ones that were closed to make room. */
function opened(
  limits: Partial<AllLimits> = {},
  own: Partial<ConnectionLimits> = {},
  log: Log = silentLog,
  isBehind = false,
) {
  const world = new TestWorld()
  const table = new Connections({ ...none, ...limits }, { world, log, isBehind: () => isBehind })
  const protocol = table.of('imap', { ...none, ...own })
  const gone: string[] = []
  const accept = (name: string, address: string, from = protocol): Connection => {
    const connection = from.accept(address, () => gone.push(name))
    if (typeof connection === 'string') throw new Error(connection)
    return connection
  }
  const refusal = (address: string, from = protocol): unknown => {
    const found = from.accept(address, () => {})
    return typeof found === 'string' ? found : 'accepted'
  }
  return { world, table, protocol, gone, accept, refusal }
}

const roomy = { most: 1e5, perAddress: 1e5, unauthenticatedPerAddress: 1e5 }
const behind = () => opened(roomy, roomy, silentLog, true)

describe('the share of a network in a server that is behind', () => {
  it('refuses a flood of connections from one address, and none of the others', () => {
    const { accept, refusal } = behind()
    accept('other', '192.0.2.2')
    const flood = Array.from({ length: 500 }, () => refusal('192.0.2.1'))
    expect(flood.filter((it) => it === 'accepted').length).toBeLessThan(120)
    expect(Array.from({ length: 50 }, () => refusal('192.0.2.2'))).not.toContain('address')
  })

  it('makes a connection wait on which a sign-in was refused, for ten seconds at most', async () => {
    const { world, accept, refusal } = behind()
    accept('other', '192.0.2.2')
    const guessing = accept('guessing', '192.0.2.1')
    while (refusal('192.0.2.1') === 'accepted');
    // The first sign-in on a connection never waits.
    await guessing.turn()
    guessing.refused()
    let waits = true
    const turn = guessing.turn().then(() => (waits = false))
    for (let seconds = 0; seconds < 10; seconds += 1) {
      await Promise.resolve()
      expect(waits).toBe(true)
      // Others go on, and the network uses its share up again.
      world.advance(1000)
      accept(`other ${seconds}`, '192.0.2.2')
      while (refusal('192.0.2.1') === 'accepted');
      for (let step = 0; step < 5; step += 1) await Promise.resolve()
    }
    await turn
  })

  it('ends the wait of a connection that is closed', async () => {
    const { accept, refusal } = behind()
    accept('other', '192.0.2.2')
    const guessing = accept('guessing', '192.0.2.1')
    while (refusal('192.0.2.1') === 'accepted');
    guessing.refused()
    const turn = guessing.turn()
    guessing.over()
    await turn
  })
})

describe('the count of connections', () => {
  it('has a limit for an address, over all protocols and in each', () => {
    const { table, accept, refusal } = opened({ perAddress: 3 }, { perAddress: 2 })
    const https = table.of('https', none)
    accept('a', '192.0.2.1')
    const b = accept('b', '192.0.2.1')
    expect(refusal('192.0.2.1')).toBe('address')
    accept('c', '192.0.2.1', https)
    expect(refusal('192.0.2.1', https)).toBe('address')
    expect(refusal('192.0.2.2')).toBe('accepted')
    b.over()
    expect(refusal('192.0.2.1')).toBe('accepted')
  })

  it('counts the addresses of an IPv6 /64 as one', () => {
    const { accept, refusal } = opened({}, { perAddress: 2 })
    accept('a', '2001:db8:0:1::1')
    accept('b', '2001:db8::1:ffff:ffff:ffff:ffff')
    expect(refusal('2001:db8:0:1:1234::')).toBe('address')
    expect(refusal('2001:db8:0:2::1')).toBe('accepted')
  })

  it('has a limit for a caller, over all protocols and in each', () => {
    const { table, accept } = opened({ perCaller: 3 }, { perCaller: 2 })
    const https = table.of('https', none)
    const [a, b, c] = ['a', 'b', 'c'].map((name) => accept(name, '192.0.2.1'))
    const leave = a!.signIn('app')
    expect(b!.signIn('app')).toBeDefined()
    expect(c!.signIn('app')).toBeUndefined()
    expect(c!.signIn('other')).toBeDefined()
    const [d, e] = ['d', 'e'].map((name) => accept(name, '192.0.2.1', https))
    expect(d!.signIn('app')).toBeDefined()
    expect(e!.signIn('app')).toBeUndefined()
    leave!()
    leave!()
    expect(e!.signIn('app')).toBeDefined()
    expect(e!.signIn('app')).toBeUndefined()
  })

  it('is right after any order of events', () => {
    const step = fc.tuple(fc.nat({ max: 5 }), fc.constantFrom('accept', 'sign in', 'leave', 'idle', 'touch', 'over'))
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const { table, accept, protocol } = opened({ most: 12, unauthenticatedPerAddress: 4 }, { most: 10 })
        const open: Connection[] = []
        const leaves = new Map<Connection, () => void>()
        for (const [number, what] of steps) {
          const one = open[number]
          if (what === 'accept') {
            const found = protocol.accept(`192.0.2.${number}`, () => {
              open.splice(open.indexOf(found as Connection), 1)
            })
            if (typeof found !== 'string') open.push(found)
          } else if (!one) continue
          else if (what === 'sign in') leaves.set(one, one.signIn('app')!)
          else if (what === 'leave') leaves.get(one)?.()
          else if (what === 'idle') one.idle()
          else if (what === 'touch') one.touch()
          else {
            one.over()
            open.splice(number, 1)
          }
          expect(table.count).toBe(open.length)
          expect(table.count).toBeLessThanOrEqual(10)
        }
        for (const one of open) one.over()
        expect(table.count).toBe(0)
        for (let number = 0; number < 4; number++) accept('x', '192.0.2.1')
      }),
    )
  })
})

describe('at a limit', () => {
  it('the oldest connection without a sign-in is closed first', () => {
    const { gone, accept, refusal } = opened({ most: 3 })
    accept('a', '192.0.2.1')
    const b = accept('b', '192.0.2.2')
    accept('c', '192.0.2.3')
    b.signIn('app')
    accept('d', '192.0.2.4')
    accept('e', '192.0.2.5')
    expect(gone).toEqual(['a', 'c'])
    expect(refusal('192.0.2.6')).toBe('accepted')
    expect(gone).toEqual(['a', 'c', 'd'])
  })

  it('the address with the most connections is first', () => {
    const { gone, accept } = opened({ most: 4 })
    accept('mine', '192.0.2.1')
    for (const name of ['a', 'b', 'c', 'd', 'e']) accept(name, '192.0.2.9')
    expect(gone).toEqual(['a', 'b'])
  })

  it('a connection with a sign-in is never closed', () => {
    const { gone, accept, refusal } = opened({}, { most: 2 })
    for (const name of ['a', 'b']) accept(name, '192.0.2.1').signIn('app')
    expect(refusal('192.0.2.2')).toBe('all')
    expect(gone).toEqual([])
  })

  it('idle HTTPS connections come next, the one idle for longest first', () => {
    const { gone, accept, world } = opened({ most: 3 })
    const [a, b] = ['a', 'b'].map((name) => accept(name, '192.0.2.1'))
    for (const one of [a!, b!]) {
      one.signIn('app')!()
      one.idle()
      world.advance(1)
    }
    accept('c', '192.0.2.2')
    a!.touch()
    accept('d', '192.0.2.3')
    expect(gone).toEqual(['c'])
    accept('e', '192.0.2.4').signIn('app')
    expect(gone).toEqual(['c', 'd'])
    accept('f', '192.0.2.5').signIn('app')
    expect(gone).toEqual(['c', 'd', 'b'])
  })

  it('a connection after a sign-out counts as a new one', () => {
    const { gone, accept } = opened({ most: 2 })
    const leave = accept('a', '192.0.2.1').signIn('app')
    accept('b', '192.0.2.2')
    leave!()
    accept('c', '192.0.2.3')
    expect(gone).toEqual(['b'])
  })

  it('a connection of the protocol at its limit is closed, and not of others', () => {
    const { table, gone, accept } = opened({}, { most: 1 })
    accept('https', '192.0.2.1', table.of('https', none))
    accept('a', '192.0.2.2')
    accept('b', '192.0.2.3')
    expect(gone).toEqual(['a'])
  })

  it('says goodbye before it is closed', () => {
    const { gone, accept } = opened({ most: 1 })
    const a = accept('a', '192.0.2.1')
    a.beforeEviction(() => gone.push('BYE'))
    accept('b', '192.0.2.2')
    a.over()
    expect(gone).toEqual(['BYE', 'a'])
  })
})

describe('connections of one address without a sign-in', () => {
  it('are limited, and the oldest of them is closed', () => {
    const { gone, accept } = opened({ unauthenticatedPerAddress: 2 })
    accept('other', '192.0.2.2')
    accept('a', '192.0.2.1').signIn('app')
    for (const name of ['b', 'c', 'd']) accept(name, '192.0.2.1')
    expect(gone).toEqual(['b'])
  })
})

describe('near a limit', () => {
  it('there is less time for a sign-in', () => {
    const { world, gone, accept } = opened({ most: 20 })
    accept('signed in', '192.0.2.1').signIn('app')
    for (let number = 0; number < 13; number++) accept(`${number}`, '192.0.2.1')
    world.advance(MINUTE)
    expect(gone).toEqual([])
    accept('one more', '192.0.2.1')
    world.advance(1000)
    expect(gone.length).toBe(13)
    expect(gone).not.toContain('one more')
  })

  it('there is even less at 90 percent', () => {
    const { world, gone, accept } = opened({ most: 20 })
    for (let number = 0; number < 18; number++) accept(`${number}`, '192.0.2.1')
    world.advance(3000)
    expect(gone).toEqual([])
    world.advance(1000)
    expect(gone.length).toBe(18)
  })
})

describe('the log', () => {
  it('has one line a minute, with the number of events', () => {
    const said: object[] = []
    const log: Log = { ...silentLog, warn: (fields, text) => said.push({ ...fields, text }) }
    const { world, table, accept, refusal } = opened({ most: 2, perAddress: 1 }, {}, log)
    accept('a', '192.0.2.1')
    for (let count = 0; count < 5; count++) refusal('192.0.2.1')
    for (let host = 2; host < 9; host++) refusal(`192.0.2.${host}`)
    expect(said).toEqual([
      { protocol: 'imap', from: '192.0.2.1', limit: 'address', count: 1, text: 'a connection was refused' },
      { protocol: 'imap', from: '192.0.2.1', count: 1, text: 'a connection was closed to make room' },
    ])
    world.advance(MINUTE)
    expect(said.slice(2)).toEqual([
      { protocol: 'imap', from: '192.0.2.1', limit: 'address', count: 4, text: 'a connection was refused' },
      expect.objectContaining({ count: expect.any(Number), text: 'a connection was closed to make room' }),
    ])
    expect(table.counts.refused).toBe(5)
  })
})
