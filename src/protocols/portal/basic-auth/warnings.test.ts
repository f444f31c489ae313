import { describe, expect, it } from 'vitest'
import { capturedLog } from '../../../../test/support/captured-log.ts'
import { openAccess } from '../../../../test/support/open-access.ts'
import { mailboxNamed } from '../../../../test/support/open-directory.ts'
import type { MailboxId } from '../../../core/ids.ts'
import type { RetirementTerms } from '../../../domain/directory/types.ts'
import type { Notice } from '../../../domain/transport/types.ts'
import { RetirementWarnings } from './warnings.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const PASSWORD = 'correct horse battery staple'

/** Ada and Bob, whose passwords open their mailboxes; Ada uses hers. */
async function open(terms: (start: number) => Partial<RetirementTerms> = () => ({})) {
  const house = await openAccess('standards', { basic: 'policy' })
  const { access, directory, tenant, world } = house
  const ada = await directory.mailboxes.create(tenant.id, { ...mailboxNamed('ada'), password: PASSWORD })
  await directory.mailboxes.create(tenant.id, { ...mailboxNamed('bob'), password: PASSWORD })
  const policies = directory.authenticationPolicies
  const { guid } = await policies.create(tenant.id, { name: 'Old', allow: { Imap: true, Pop: true } })
  await policies.assignDefault(tenant.id, guid)
  const start = world.now()
  const plan = { dates: { Imap: start + 40 * DAY }, waves: [], brownOuts: [], cutOff: start + 60 * DAY }
  await directory.retirementPlans.create(tenant.id, { ...plan, ...terms(start) }, {})

  const sent: { readonly to: MailboxId; readonly notice: Notice }[] = []
  const full = { yes: false }
  const log = capturedLog()
  const hooked: object[] = []
  const warn = () =>
    new RetirementWarnings({
      ...house,
      log,
      webhook: async (what) => void hooked.push(what),
      transport: {
        async notify(to, notice) {
          if (full.yes) throw new Error('The disk is full')
          sent.push({ to, notice })
        },
      },
    })
  let warnings = warn()
  const signIn = async (password = PASSWORD) => {
    const credential = { password }
    const client = 'Fetcher 2'
    const address = 'ada@contoso.test'
    const entry = await access.enter({ credential, protocol: 'imap', address, from: '192.0.2.7', client })
    if (entry.granted) entry.leave()
  }
  /** In steps of six hours, as far as a day of the plan. */
  const until = async (day: number) => {
    while (world.now() < start + day * DAY) {
      world.advance(6 * HOUR)
      await warnings.settled()
    }
  }
  const summaries = () => log.lines.filter((line) => line.includes('that end by the retirement plan'))
  return {
    ...house,
    ada,
    start,
    sent,
    full,
    log,
    hooked,
    signIn,
    until,
    summaries,
    restart: () => {
      warnings = warn()
    },
  }
}

describe('warnings ahead of a retirement', () => {
  it('come 30, 7 and 1 days ahead into each mailbox that is in use, once each, and after the date no more', async () => {
    const { ada, sent, until, signIn } = await open()
    const days: number[] = []
    for (let day = 1; day <= 45; day++) {
      await signIn()
      const before = sent.length
      await until(day)
      if (sent.length > before) days.push(40 - day)
    }
    expect(sent.map(({ to }) => to)).toEqual([ada.id, ada.id, ada.id])
    expect(days).toEqual([30, 7, 1])
  })

  it('say which protocol ends when, who used a password how often and from where, and what replaces it', async () => {
    const { sent, until, signIn } = await open((start) => ({ dates: { Imap: start + 20 * DAY } }))
    await signIn()
    await signIn()
    await until(1)
    expect(sent).toHaveLength(1)
    const { subject, lines } = sent[0]!.notice
    expect(subject).toBe('Passwords over IMAP4 end on 2026-12-14')
    const text = lines.join('\n')
    expect(text).toContain('From 2026-12-14 08:00 UTC on, ada@contoso.test takes no passwords over IMAP4.')
    expect(text).toContain(
      'Fetcher 2, as ada@contoso.test\n  signed in 2 times in the last 30 days, last at 2026-11-24',
    )
    expect(text).toContain(', from 192.0.2.7.')
    expect(text).toContain('IMAP.AccessAsApp')
    expect(text).toContain('    postern Add-MailboxPermission -Identity ada@contoso.test')
    expect(text).not.toContain(PASSWORD)
  })

  it('are not sent to a mailbox that only strangers tried, or that has stopped using passwords', async () => {
    const { sent, until, signIn, summaries } = await open()
    await signIn()
    await until(9)
    await signIn('wrong')
    expect(sent).toEqual([])
    await until(11)
    expect(sent).toHaveLength(1)
    await until(41)
    expect(sent).toHaveLength(1)
    expect(summaries().length).toBeLessThan(30)
  })

  it('go on after a restart where they were, and again where the mailbox could not take one', async () => {
    const { sent, until, signIn, full, log, restart } = await open((start) => ({ dates: { Imap: start + 20 * DAY } }))
    await signIn()
    full.yes = true
    await until(1)
    expect(sent).toEqual([])
    expect(log.lines.some((line) => line.includes('could not be warned'))).toBe(true)
    full.yes = false
    await until(2)
    expect(sent).toHaveLength(1)
    restart()
    await until(3)
    expect(sent).toHaveLength(1)
  })

  it('come once more ahead of the cut-off date where a protocol was enabled again', async () => {
    const { directory, tenant, sent, until, signIn } = await open((start) => ({ dates: { Imap: start + 2 * DAY } }))
    await signIn()
    await until(2)
    const before = sent.length
    await directory.retirementPlans.update(tenant.id, { reEnable: 'Imap' })
    await until(25)
    await signIn()
    await until(31)
    expect(sent).toHaveLength(before + 1)
    expect(sent.at(-1)!.notice.subject).toBe('Passwords over IMAP4 end on 2027-01-23')
  })

  it('reach the administrator and the webhook once a day, for as long as there is something to say', async () => {
    const { until, signIn, summaries, hooked } = await open((start) => ({ dates: { Imap: start + 5 * DAY } }))
    await signIn()
    await until(3)
    // From eight o'clock on the first day to eight o'clock on the fourth.
    expect(summaries()).toHaveLength(4)
    expect(JSON.parse(summaries()[0]!)).toMatchObject({
      count: 1,
      first: [{ mailbox: 'ada@contoso.test', protocol: 'imap', date: '2026-11-29T08:00:00.000Z', programs: 1 }],
    })
    const told = summaries().map((line) => JSON.parse(line) as object)
    expect(hooked).toEqual(told)
    await until(7)
    expect(summaries()).toHaveLength(6)
  })
})
