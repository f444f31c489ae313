import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { newMailbox, openDirectory } from '../../../../../test/support/directory.ts'
import { DAY, MINUTE } from '../../../../core/time.ts'
import type { TenantId } from '../../../../core/ids.ts'
import { createDirectory } from '../../directory.ts'
import { directoryDefaults } from '../../settings.ts'
import {
  statusRequestFor,
  endOf,
  nextEnd,
  retirementOutlook,
  retiredProtocols,
  type RetirementPlan,
  retirementStatus,
} from './retirement-plan.ts'

const MADE = Date.UTC(2026, 10, 24, 8)

const moments = fc.integer({ min: MADE, max: MADE + 400 * DAY })
const asked = fc.record({
  protocol: fc.constantFrom(...retiredProtocols),
  lastUsed: fc.option(fc.integer({ min: MADE - 400 * DAY, max: MADE }), { nil: undefined }),
})
const perProtocol = fc.record({ Imap: moments, Pop: moments, Smtp: moments }, { requiredKeys: [] })
const plans = fc
  .record({
    dates: perProtocol,
    waves: fc.array(
      fc.record({ unusedDays: fc.integer({ min: 1, max: 365 }), aheadDays: fc.integer({ min: 1, max: 90 }) }),
      { maxLength: 4 },
    ),
    brownOuts: fc.array(fc.record({ start: moments, minutes: fc.integer({ min: 1, max: 1440 }) }), { maxLength: 4 }),
    after: fc.nat(100 * DAY),
    reEnabled: perProtocol,
  })
  .map(({ after, ...plan }): RetirementPlan => {
    const cutOff = Math.max(MADE, ...Object.values(plan.dates)) + after
    return { ...plan, tenant: 'contoso' as TenantId, made: MADE, lastUses: {}, cutOff }
  })

const inBrownOut = ({ brownOuts }: RetirementPlan, now: number): boolean =>
  brownOuts.some(({ start, minutes }) => now >= start && now < start + minutes * MINUTE)

describe('the retirement status of a mailbox', () => {
  it('is retired from the cut-off date on, even if the protocol was enabled again', () => {
    fc.assert(
      fc.property(plans, asked, fc.nat(10_000 * DAY), (plan, question, later) => {
        fc.pre(plan.dates[question.protocol] !== undefined)
        expect(retirementStatus(plan, plan.cutOff + later, question)).toMatchObject({ is: 'retired', final: true })
      }),
    )
  })

  it('is allowed before its date except in brown-outs, and for a protocol without a date', () => {
    fc.assert(
      fc.property(plans, asked, moments, (plan, question, now) => {
        const ends = endOf(plan, question)
        fc.pre(!ends || (now < ends.date && !inBrownOut(plan, now)))
        expect(retirementStatus(plan, now, question)).toEqual({ is: 'allowed' })
      }),
    )
  })

  it('is off from its date to the cut-off date unless enabled again, and in brown-outs', () => {
    fc.assert(
      fc.property(plans, asked, moments, (plan, question, now) => {
        const ends = endOf(plan, question)
        fc.pre(ends !== undefined && now >= ends.date && now < plan.cutOff)
        const open = plan.reEnabled[question.protocol] !== undefined && !inBrownOut(plan, now)
        const found = retirementStatus(plan, now, question).is
        expect(found === 're-enabled').toBe(open)
        // A retired protocol is not in a brown-out, because it would be on again after one.
        expect(found === 'retired').toBe(plan.reEnabled[question.protocol] === undefined)
      }),
    )
  })

  it('changes from on to off only at the next predicted moment', () => {
    fc.assert(
      fc.property(plans, asked, moments, fc.double({ min: 0, max: 1, noNaN: true }), (plan, question, now, part) => {
        const isOff = (at: number) => ['retired', 'brown-out'].includes(retirementStatus(plan, at, question).is)
        const next = nextEnd(plan, now) ?? now + 1000 * DAY
        fc.pre(!isOff(now))
        expect(isOff(Math.min(next - 1, now + Math.floor((next - now) * part)))).toBe(false)
      }),
    )
  })

  it('is predicted completely: within a period of the outlook nothing changes', () => {
    fc.assert(
      fc.property(plans, asked, moments, moments, (plan, question, now, later) => {
        fc.pre(later >= now)
        const period = retirementOutlook(plan, now, question).findLast(({ from }) => from <= later)
        expect(period?.standing.is).toBe(retirementStatus(plan, later, question).is)
      }),
    )
  })

  it('does not end later for a mailbox that was last used earlier', () => {
    fc.assert(
      fc.property(plans, asked, fc.nat(400 * DAY), (plan, question, earlier) => {
        const ends = endOf(plan, question)
        const lastUsed = question.lastUsed === undefined ? undefined : question.lastUsed - earlier
        const less = endOf(plan, { ...question, lastUsed })
        expect(less?.date ?? 0).toBeLessThanOrEqual(ends?.date ?? 0)
      }),
    )
  })
})

async function opened() {
  const context = await openDirectory()
  const now = context.world.now()
  const terms = { dates: { Imap: now + 10 * DAY }, waves: [], brownOuts: [], cutOff: now + 20 * DAY }
  return { ...context, terms, plans: context.directory.retirementPlans }
}

describe('retirement plans', () => {
  it('exist once per tenant, keep their terms, and can be removed', async () => {
    const { plans, tenant, terms, world } = await opened()
    expect(await plans.of(tenant.id)).toBeUndefined()
    const made = await plans.create(tenant.id, terms, {})
    expect(made).toEqual({ ...terms, tenant: tenant.id, made: world.now(), lastUses: {}, reEnabled: {} })
    expect(await plans.of(tenant.id)).toEqual(made)
    await expect(plans.create(tenant.id, terms, {})).rejects.toMatchObject({ reason: 'already-exists' })
    const after = await plans.update(tenant.id, { dates: { Pop: terms.cutOff } })
    expect(after.dates).toEqual({ ...terms.dates, Pop: terms.cutOff })
    await plans.remove(tenant.id)
    expect(await plans.of(tenant.id)).toBeUndefined()
    await expect(plans.remove(tenant.id)).rejects.toMatchObject({ reason: 'no-such-thing' })
    await expect(plans.update(tenant.id, {})).rejects.toMatchObject({ reason: 'no-such-thing' })
  })

  it('enable a retired protocol again once, and not after the cut-off date', async () => {
    const { plans, tenant, terms, world } = await opened()
    await plans.create(tenant.id, terms, {})
    const enable = () => plans.update(tenant.id, { reEnable: 'Imap' })
    await expect(enable()).rejects.toThrow('not retired')
    world.advance(10 * DAY)
    expect((await enable()).reEnabled).toEqual({ Imap: world.now() })
    await expect(enable()).rejects.toThrow('once')
    await expect(plans.update(tenant.id, { reEnable: 'Pop' })).rejects.toThrow('not retired')
    world.advance(10 * DAY)
    await expect(plans.update(tenant.id, { cutOff: world.now() + DAY })).rejects.toThrow('permanent')
  })

  it('let an owner enable a protocol again once before the cut-off, if selfService is on', async () => {
    const { plans, tenant, terms, world, directory } = await opened()
    const ada = await directory.mailboxes.create(tenant.id, newMailbox('ada'))
    await plans.create(tenant.id, terms, {})
    const enable = () => plans.reEnableOwn(tenant.id, ada, 'Imap')
    const open = async () => {
      const plan = (await plans.of(tenant.id))!
      return retirementStatus(plan, world.now(), statusRequestFor(plan, 'Imap', ada)).is
    }
    world.advance(10 * DAY)
    await expect(enable()).rejects.toMatchObject({ reason: 'not-allowed' })
    await plans.update(tenant.id, { selfService: true })
    expect(await open()).toBe('retired')
    await enable()
    expect(await open()).toBe('re-enabled')
    await expect(enable()).rejects.toThrow('once')
    await expect(plans.reEnableOwn(tenant.id, ada, 'Pop')).rejects.toThrow('not retired')
    const plan = (await plans.of(tenant.id))!
    expect(retirementStatus(plan, world.now(), statusRequestFor(plan, 'Imap', undefined)).is).toBe('retired')
    const [record] = await directory.audits.page(tenant.id, { limit: 1 })
    expect(record).toMatchObject({ activity: 'Enable-OwnBasicAuth', targets: [{ id: ada.guid }, { id: tenant.id }] })
    // Without selfService it no longer applies; with selfService it applies again.
    await plans.update(tenant.id, { selfService: false })
    expect(await open()).toBe('retired')
    await plans.update(tenant.id, { selfService: true })
    world.advance(10 * DAY)
    expect(await open()).toBe('retired')
    await expect(enable()).rejects.toThrow('permanent')
  })

  it('count a mailbox as unused from its creation at the earliest', async () => {
    const { plans, tenant, terms, world, directory } = await opened()
    const old = await directory.mailboxes.create(tenant.id, newMailbox('old'))
    world.advance(100 * DAY)
    const young = await directory.mailboxes.create(tenant.id, newMailbox('young'))
    world.advance(DAY)
    const [date, cutOff] = [world.now() + 40 * DAY, world.now() + 50 * DAY]
    const waves = [{ unusedDays: 90, aheadDays: 10 }]
    const plan = await plans.create(tenant.id, { ...terms, dates: { Imap: date }, cutOff, waves }, {})
    const later = await directory.mailboxes.create(tenant.id, newMailbox('later'))
    const ends = [old, young, later].map((mailbox) => endOf(plan, statusRequestFor(plan, 'Imap', mailbox))?.date)
    expect(ends).toEqual([date - 10 * DAY, date, date])
  })

  it('can be removed until the cut-off date, and not after it', async () => {
    const { plans, tenant, terms, world } = await opened()
    await plans.create(tenant.id, terms, {})
    world.advance(20 * DAY - 1)
    await plans.remove(tenant.id)
    await plans.create(tenant.id, { ...terms, cutOff: world.now() + DAY }, {})
    world.advance(DAY)
    await expect(plans.remove(tenant.id)).rejects.toThrow('directory.lift_permanent_retirement')
    expect(await plans.of(tenant.id)).toBeDefined()
  })

  it('that are permanent can be removed if the server’s own configuration allows it', async () => {
    const { engine, tenant, terms, world, plans } = await opened()
    await plans.create(tenant.id, terms, {})
    world.advance(20 * DAY)
    const settings = { ...directoryDefaults, lift_permanent_retirement: true }
    const lifted = createDirectory({ sql: engine.sql, notifier: engine.notifier, world, settings })
    await expect(lifted.retirementPlans.update(tenant.id, { reEnable: 'Imap' })).rejects.toThrow('permanent')
    await lifted.retirementPlans.remove(tenant.id)
    expect(await plans.of(tenant.id)).toBeUndefined()
  })

  it('cannot be permanent when created, or become permanent through an update', async () => {
    const { plans, tenant, terms, world } = await opened()
    const past = { dates: { Imap: 0 }, cutOff: world.now() }
    await expect(plans.create(tenant.id, { ...terms, ...past }, {})).rejects.toThrow('has passed already')
    await plans.create(tenant.id, terms, {})
    await expect(plans.update(tenant.id, past)).rejects.toThrow('has passed already')
  })

  it.each([
    ['no date', { dates: {} }],
    ['a cut-off date before a protocol’s', { cutOff: 0 }],
    ['an invalid date', { cutOff: Number.NaN }],
    ['a wave of no days', { waves: [{ unusedDays: 0, aheadDays: 1 }] }],
    ['too long a brown-out', { brownOuts: [{ start: 0, minutes: 1441 }] }],
    ['too many brown-outs', { brownOuts: Array.from({ length: 51 }, () => ({ start: 0, minutes: 1 })) }],
  ])('refuse %s', async (_, wrong) => {
    const { plans, tenant, terms } = await opened()
    await expect(plans.create(tenant.id, { ...terms, ...wrong }, {})).rejects.toMatchObject({ reason: 'bad-syntax' })
  })
})
