import { expect, it } from 'vitest'
import { openAccess, revoked } from '../../../test/support/access.ts'
import { newMailbox } from '../../../test/support/directory.ts'
import { DAY, MINUTE } from '../../core/time.ts'
import type { MailProtocol } from '../types.ts'

const PASSWORD = 'Correct horse battery staple'

it('passwords stop by the plan: brown-out, unused first, the rest, enabled once more, permanently', async () => {
  const { access, directory, tenant, world, signIns } = await openAccess('standards', { basic: 'policy' })
  const ada = await directory.mailboxes.create(tenant.id, { ...newMailbox('ada'), password: PASSWORD })
  await directory.mailboxes.create(tenant.id, { ...newMailbox('bob'), password: PASSWORD })
  const policies = directory.authenticationPolicies
  const { guid } = await policies.create(tenant.id, { name: 'Old', allow: { Imap: true, Pop: true } })
  await policies.assignDefault(tenant.id, guid)
  world.advance(100 * DAY)
  const start = world.now()
  const plans = directory.retirementPlans
  const dates = { Imap: start + 30 * DAY }
  const waves = [{ unusedDays: 90, aheadDays: 10 }]
  const brownOuts = [{ start: start + DAY, minutes: 60 }]
  const terms = { dates, waves, brownOuts, cutOff: start + 60 * DAY }
  await plans.create(tenant.id, terms, { [ada.guid]: { Imap: start - DAY } })

  const enter = async (name: string, protocol: MailProtocol = 'imap') => {
    const address = `${name}@contoso.test`
    const entry = await access.enter({ credential: { password: PASSWORD }, protocol, address, from: '192.0.2.7' })
    if (entry.granted) entry.leave()
    return entry
  }
  const open = async () => [(await enter('ada')).granted, (await enter('bob')).granted]
  const told = async () => {
    const { signIn } = await enter('bob')
    await signIns.settled()
    const record = (await signIns.find(tenant.id, signIn))!
    return { failed: record.failed, evidence: record.checks.at(-1)?.evidence, fix: record.fix }
  }
  const at = (moment: number) => world.advance(moment - world.now())

  expect(await open()).toEqual([true, true])
  at(start + DAY)
  expect(await open()).toEqual([false, false])
  const off = await told()
  expect(off.evidence).toContain('brown-out until 2027-03-05T09:00:00.000Z; it is on again then by itself')
  expect(off.fix).toEqual([
    expect.stringMatching(/^postern token /),
    "postern Set-BasicAuthRetirementPlan -BrownOuts '[]'",
  ])
  at(start + DAY + 60 * MINUTE)
  expect(await open()).toEqual([true, true])
  at(start + 20 * DAY)
  expect(await open()).toEqual([true, false])
  expect(await enter('nobody')).toMatchObject({ granted: false, failed: 'user' })
  expect(await told()).toMatchObject({
    failed: 'basicAuthentication',
    evidence: expect.stringContaining('not used for 90 days'),
    fix: ['postern Set-BasicAuthRetirementPlan -ReEnable Imap'],
  })
  at(start + 30 * DAY)
  expect(await open()).toEqual([false, false])
  expect((await enter('ada', 'pop3')).granted).toBe(true)
  await plans.update(tenant.id, { reEnable: 'Imap' })
  expect(await open()).toEqual([true, true])
  at(start + 60 * DAY)
  expect(await open()).toEqual([false, false])
  expect((await told()).evidence).toContain('permanent')
  await expect(plans.update(tenant.id, { reEnable: 'Imap' })).rejects.toThrow('permanent')
  expect((await enter('ada', 'pop3')).granted).toBe(true)
})

it('connections end when a brown-out begins, or at a date that was set meanwhile', async () => {
  const { access, directory, tenant, world } = await openAccess('standards', { basic: 'policy' })
  await directory.mailboxes.create(tenant.id, { ...newMailbox('ada'), password: PASSWORD })
  const policies = directory.authenticationPolicies
  const { guid } = await policies.create(tenant.id, { name: 'Old', allow: { Imap: true } })
  await policies.assignDefault(tenant.id, guid)
  const start = world.now()
  const plans = directory.retirementPlans
  const brownOuts = [{ start: start + DAY, minutes: 60 }]
  await plans.create(
    tenant.id,
    { dates: { Imap: start + 90 * DAY }, waves: [], brownOuts, cutOff: start + 99 * DAY },
    {},
  )
  const enter = async () => {
    const address = 'ada@contoso.test'
    const credential = { password: PASSWORD }
    const entry = await access.enter({ credential, protocol: 'imap', address, from: '192.0.2.7' })
    if (!entry.granted) throw new Error(`Refused at ${entry.failed}`)
    return entry.mailbox.revoked
  }

  const first = await enter()
  world.advance(DAY - 1)
  expect(first.aborted).toBe(false)
  world.advance(1)
  await revoked(first)
  world.advance(60 * MINUTE)
  const second = await enter()
  await plans.update(tenant.id, { dates: { Imap: start + 50 * DAY } })
  world.advance(start + 50 * DAY - world.now())
  await revoked(second)
})
