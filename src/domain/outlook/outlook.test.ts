import { describe, expect, it } from 'vitest'
import { openEngine } from '../../../test/support/tenant.ts'
import type { MailboxId } from '../../core/ids.ts'
import { TestWorld } from '../../../test/support/world.ts'
import { createOutlook } from './outlook.ts'
import { outlookMigrations } from './schema.ts'

const ADA = 1 as MailboxId
const BOB = 2 as MailboxId

async function opened() {
  const { engine } = await openEngine({ migrations: outlookMigrations })
  return createOutlook({ sql: engine.sql, world: new TestWorld() })
}

describe('what Outlook keeps about a mailbox', () => {
  it('has settings from the start, and changes those that are named', async () => {
    const outlook = await opened()
    const before = await outlook.settings(ADA)
    expect(before).toMatchObject({ timeZone: 'UTC', locale: 'en-US', automaticReplies: { status: 'disabled' } })
    await outlook.changeSettings(ADA, { timeZone: 'W. Europe Standard Time' })
    expect(await outlook.settings(ADA)).toEqual({ ...before, timeZone: 'W. Europe Standard Time' })
    expect(await outlook.settings(BOB)).toEqual(before)
  })

  it('has categories, whose names differ by more than letter case', async () => {
    const outlook = await opened()
    const red = await outlook.addCategory(ADA, { displayName: 'Red', color: 'preset0' })
    await outlook.addCategory(BOB, { displayName: 'red', color: 'none' })
    await expect(outlook.addCategory(ADA, { displayName: 'RED', color: 'none' })).rejects.toMatchObject({
      reason: 'already-exists',
    })
    expect(await outlook.recolorCategory(ADA, red.id, 'preset9')).toEqual({ ...red, color: 'preset9' })
    await outlook.removeCategory(ADA, red.id)
    await expect(outlook.removeCategory(ADA, red.id)).rejects.toMatchObject({ reason: 'no-such-thing' })
    expect(await outlook.categories(ADA)).toEqual([])
    expect(await outlook.categories(BOB)).toHaveLength(1)
  })

  it('has one override for each address', async () => {
    const outlook = await opened()
    const first = await outlook.addOverride(ADA, { name: 'News', address: 'News@example.org', classifyAs: 'other' })
    const again = await outlook.addOverride(ADA, { name: 'N', address: 'news@example.org', classifyAs: 'focused' })
    expect(again).toEqual({ ...first, name: 'N', classifyAs: 'focused' })
    expect(await outlook.changeOverride(ADA, first.id, { classifyAs: 'other' })).toMatchObject({ classifyAs: 'other' })
    await outlook.removeOverride(ADA, first.id)
    expect(await outlook.overrides(ADA)).toEqual([])
  })

  it('runs rules in the order of their sequence', async () => {
    const outlook = await opened()
    const rule = { displayName: 'a', isEnabled: true, conditions: { subjectContains: ['x'] }, exceptions: undefined }
    const last = await outlook.addRule(ADA, { ...rule, actions: { markAsRead: true }, sequence: 7 })
    const first = await outlook.addRule(ADA, { ...rule, displayName: 'b', actions: { delete: true }, sequence: 2 })
    const next = await outlook.addRule(ADA, { ...rule, displayName: 'c', actions: { delete: true } })
    expect(next.sequence).toBe(8)
    expect((await outlook.rules(ADA)).map(({ id }) => id)).toEqual([first.id, last.id, next.id])
    await outlook.changeRule(ADA, first.id, { sequence: 9 })
    expect((await outlook.rules(ADA)).map(({ displayName }) => displayName)).toEqual(['a', 'c', 'b'])
    await outlook.removeRule(ADA, first.id)
    expect(await outlook.rules(ADA)).toHaveLength(2)
    expect(await outlook.rules(BOB)).toEqual([])
  })

  it('refuses rules that take too much space, and keeps none of them', async () => {
    const outlook = await opened()
    const actions = { assignCategories: ['x'.repeat(200_000)] }
    const rule = { displayName: 'a', isEnabled: true, conditions: undefined, exceptions: undefined, actions }
    await outlook.addRule(ADA, rule)
    await expect(outlook.addRule(ADA, rule)).rejects.toMatchObject({ reason: 'over-quota' })
    expect(await outlook.rules(ADA)).toHaveLength(1)
  })

  it('answers each sender once in a period', async () => {
    const outlook = await opened()
    expect(await outlook.firstReply(ADA, 'eve@example.org', '1')).toBe(true)
    expect(await outlook.firstReply(ADA, 'EVE@example.org', '1')).toBe(false)
    expect(await outlook.firstReply(BOB, 'eve@example.org', '1')).toBe(true)
    expect(await outlook.firstReply(ADA, 'eve@example.org', '2')).toBe(true)
  })

  it('is erased with its mailbox', async () => {
    const outlook = await opened()
    await outlook.addCategory(ADA, { displayName: 'Red', color: 'preset0' })
    await outlook.addCategory(BOB, { displayName: 'Red', color: 'preset0' })
    await outlook.erase(ADA)
    expect(await outlook.categories(ADA)).toEqual([])
    expect(await outlook.categories(BOB)).toHaveLength(1)
  })
})
