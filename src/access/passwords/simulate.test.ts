import { expect, it } from 'vitest'
import { openAccess } from '../../../test/support/access.ts'
import { newMailbox } from '../../../test/support/directory.ts'
import { DAY, MINUTE } from '../../core/time.ts'
import type { MailProtocol } from '../types.ts'

async function open(basic: 'off' | 'policy' = 'policy') {
  const context = await openAccess('standards', { basic })
  const { access, directory, tenant, signIns } = context
  const ada = await directory.mailboxes.create(tenant.id, { ...newMailbox('ada'), password: 'Correct horse' })
  const simulate = async (protocol: MailProtocol = 'imap', given: { mailbox?: string; user?: string } = {}) => {
    const simulated = await access.simulatePassword(tenant.id, { mailbox: 'ada@contoso.test', protocol, ...given })
    const { signIn, changes } = simulated
    return { failed: signIn.failed, evidence: signIn.checks.at(-1)?.evidence, signIn, changes }
  }
  const allow = async () => {
    const policies = directory.authenticationPolicies
    const { guid } = await policies.create(tenant.id, { name: 'Old', allow: { Imap: true } })
    await policies.assignDefault(tenant.id, guid)
  }
  return { ...context, ada, simulate, allow, recorded: () => signIns.recent(tenant.id, 10) }
}

it('a simulated password passes server, policy, user and mailbox switch, and leaves no record', async () => {
  const off = await open('off')
  expect((await off.simulate()).evidence).toContain('auth.basic is off')

  const { directory, tenant, ada, simulate, allow, recorded, signIns } = await open()
  expect((await simulate()).evidence).toContain('No authentication policy counts for ada@contoso.test')
  await allow()
  expect((await simulate('pop3')).evidence).toContain("'Old'")
  expect((await simulate()).signIn).toMatchObject({
    outcome: 'granted',
    authentication: 'Basic',
    wire: 'Basic granted',
  })
  await directory.mailboxes.update(tenant.id, ada.id, { imapEnabled: false })
  expect((await simulate()).failed).toBe('protocolEnabled')
  await directory.users.update(tenant.id, ada.externalDirectoryObjectId, { accountEnabled: false })
  expect((await simulate()).failed).toBe('user')
  expect((await simulate('imap', { mailbox: 'nobody@contoso.test' })).failed).toBe('user')
  await expect(simulate('imap', { user: 'nobody@contoso.test' })).rejects.toMatchObject({ reason: 'no-such-thing' })
  await signIns.settled()
  expect(await recorded()).toEqual([])
})

it('a simulated password is another’s where a user is named', async () => {
  const { directory, tenant, simulate, allow } = await open()
  await allow()
  await directory.mailboxes.create(tenant.id, newMailbox('bob'))
  expect((await simulate('imap', { user: 'bob@contoso.test' })).failed).toBe('mailboxPermission')
})

it('a simulated password tells from when on a plan has it otherwise, check and date', async () => {
  const { directory, tenant, world, simulate, allow } = await open()
  await allow()
  const now = world.now()
  const dates = { Imap: now + 30 * DAY, Smtp: now + 30 * DAY }
  const brownOuts = [{ start: now + DAY, minutes: 60 }]
  const cutOff = now + 60 * DAY
  await directory.retirementPlans.create(tenant.id, { dates, waves: [], brownOuts, cutOff }, {})
  expect((await simulate()).changes).toEqual([
    { at: now + DAY, outcome: 'refused', evidence: expect.stringContaining('brown-out until 2026-11-25T09:00') },
    { at: now + DAY + 60 * MINUTE, outcome: 'granted', evidence: expect.stringContaining("'Old'") },
    {
      at: now + 30 * DAY,
      outcome: 'refused',
      evidence: expect.stringContaining('ended basic authentication over IMAP4'),
    },
  ])
  // Refused by the policy, before and after.
  expect((await simulate('smtp')).changes).toEqual([])
  world.advance(30 * DAY)
  expect(await simulate()).toMatchObject({ failed: 'basicAuthentication', changes: [] })
  await directory.retirementPlans.update(tenant.id, { reEnable: 'Imap' })
  expect(await simulate()).toMatchObject({
    failed: undefined,
    changes: [{ at: cutOff, outcome: 'refused', evidence: expect.stringContaining('permanent') }],
  })
})
