import { describe, expect, it } from 'vitest'
import { interleaved } from '../../../test/support/interleaved.ts'
import { authorization, openAuthorizations } from '../../../test/support/tokens.ts'
import { MINUTE } from '../../core/time.ts'
import type { AppId } from '../../core/ids.ts'
import { silentLog } from '../../core/log.ts'
import { createAuthorizations } from './authorizations.ts'

const { appId, scope } = authorization
const request = { tenant: undefined, appId, scope, resource: undefined, from: '192.0.2.7' }

describe('a device that waits', () => {
  it('is found by its user code in any spelling', async () => {
    const { devices } = (await openAuthorizations()).authorizations
    const { userCode } = await devices.start(request)
    expect(userCode).toMatch(/^[A-HJ-NP-Z2-9]{9}$/)
    const spelled = `${userCode.slice(0, 3)}-${userCode.slice(3, 6)} ${userCode.slice(6)}`
    for (const typed of [userCode, userCode.toLowerCase(), ` ${spelled}\n`]) {
      expect(await devices.waiting(typed)).toEqual(request)
    }
    expect(await devices.waiting('')).toBeUndefined()
  })

  it('is answered once', async () => {
    const { devices } = (await openAuthorizations()).authorizations
    const { userCode, deviceCode } = await devices.start(request)
    expect(await devices.poll(deviceCode, appId)).toEqual({ is: 'pending' })
    expect(await devices.approve(userCode, authorization)).toBe(true)
    expect(await devices.decline(userCode)).toBe(false)
    expect(await devices.waiting(userCode)).toBeUndefined()
    expect(await devices.poll(deviceCode, appId)).toEqual({ is: 'approved', authorization: authorization })
    expect(await devices.poll(deviceCode, appId)).toEqual({ is: 'redeemed' })
  })

  it('is answered and redeemed once if two nodes do it at the same moment', async () => {
    const { sql, world } = await openAuthorizations()
    const rows = interleaved(sql)
    const nodes = [1, 2].map(() => createAuthorizations({ sql: rows, world, log: silentLog, reuse: 'allowed' }).devices)
    const [one, other] = nodes as [(typeof nodes)[0], (typeof nodes)[0]]
    for (let times = 0; times < 20; times++) {
      const { userCode, deviceCode } = await one.start({ ...request, from: `192.0.2.${times}` })
      const answered = await Promise.all([one.approve(userCode, authorization), other.decline(userCode)])
      expect(answered.filter(Boolean)).toHaveLength(1)
      const polls = await Promise.all(nodes.map((node) => node.poll(deviceCode, appId)))
      const states = polls.map(({ is }) => is).toSorted()
      expect(states).toEqual(answered[0] ? ['approved', 'redeemed'] : ['declined', 'declined'])
    }
  })

  it('ends after fifteen minutes, approved or not', async () => {
    const { authorizations, world } = await openAuthorizations()
    const { devices } = authorizations
    const [one, other] = [await devices.start(request), await devices.start(request)]
    await devices.approve(one.userCode, authorization)
    world.advance(15 * MINUTE)
    for (const { deviceCode } of [one, other]) {
      expect(await devices.poll(deviceCode, appId)).toEqual({ is: 'expired' })
    }
    expect(await devices.approve(other.userCode, authorization)).toBe(false)
  })

  it('is another app’s', async () => {
    const { devices } = (await openAuthorizations()).authorizations
    const { deviceCode } = await devices.start(request)
    expect(await devices.poll(deviceCode, 'x' as AppId)).toEqual({ is: 'unknown' })
  })

  it('gives way when too many wait from the same address, and not to those of others', async () => {
    const open = await openAuthorizations()
    const { devices } = open.authorizations
    const others = await devices.start({ ...request, from: '192.0.2.8' })
    const first = await devices.start(request)
    for (let times = 0; times < 100; times++) {
      open.world.advance(1)
      await devices.start(request)
    }
    expect(await devices.waiting(first.userCode)).toBeUndefined()
    expect(await devices.waiting(others.userCode)).toBeDefined()
    expect(await open.held('authorization_device')).toBe(101)
  })

  it('gives way to those of its own IPv6 network too, in which a stranger picks addresses', async () => {
    const open = await openAuthorizations()
    for (let host = 1; host <= 105; host++) {
      await open.authorizations.devices.start({ ...request, from: `2001:db8::${host}` })
    }
    expect(await open.held('authorization_device')).toBe(100)
  })

  it('keeps neither of its codes in clear', async () => {
    const { authorizations, sql } = await openAuthorizations()
    const { deviceCode, userCode } = await authorizations.devices.start(request)
    const kept = JSON.stringify(await sql.all({ parts: ['select * from authorization_device'], args: [] }))
    expect(kept).not.toContain(deviceCode)
    expect(kept).not.toContain(userCode)
  })
})
