import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { type OpenAccess, openAccess } from '../../../test/support/access.ts'
import { newMailbox } from '../../../test/support/directory.ts'
import { DAY } from '../../core/time.ts'
import { sql } from '../../storage/engine.ts'
import type { MailProtocol } from '../types.ts'

const words = { imap: 'Imap', pop3: 'Pop', smtp: 'Smtp' } as const
const protocols = Object.keys(words) as MailProtocol[]

const days = (least: number, most: number) => fc.integer({ min: least, max: most })
const protocol = fc.constantFrom(...protocols)
const wave = fc.record({ unusedDays: days(1, 20), aheadDays: days(1, 6) })
const plans = fc.record({
  dates: fc.record({ Imap: days(0, 12), Pop: days(0, 12) }, { requiredKeys: ['Imap'] }),
  waves: fc.array(wave, { maxLength: 2 }),
  brownOuts: fc.array(fc.record({ start: days(0, 20), minutes: days(1, 1440) }), { maxLength: 3 }),
  cutOffAfter: days(1, 8),
  selfService: fc.boolean(),
  /** Days before the plan; undefined for never. */
  usedBefore: fc.option(days(0, 25), { nil: undefined }),
})
const steps = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: fc.record({ does: fc.constant('wait' as const), days: days(1, 4) }) },
    { weight: 3, arbitrary: fc.record({ does: fc.constant('enable' as const), protocol }) },
    { weight: 3, arbitrary: fc.record({ does: fc.constant('enableOwn' as const), protocol }) },
    { weight: 1, arbitrary: fc.record({ does: fc.constant('remove' as const) }) },
  ),
  { minLength: 8, maxLength: 20 },
)

type Valued<A> = A extends fc.Arbitrary<infer T> ? T : never
type Plan = Valued<typeof plans>
type Step = Valued<typeof steps>[number]

it('for any plan, passwords stop on time, are enabled again once, and removal undoes the plan', async () => {
  const context = await openAccess('standards', { basic: 'policy' })
  let tenants = 0
  await fc.assert(
    fc.asyncProperty(plans, steps, (plan, done) => keptTo(context, `t${tenants++}.test`, { plan, done })),
    { numRuns: 25 },
  )
})

/** Ada, whose mailbox takes passwords over IMAP4 and POP3, and Bob, whose mailbox does over IMAP4 alone. */
async function openTenant({ directory }: OpenAccess, domain: string) {
  const { id } = await directory.tenants.create(domain, domain)
  const ada = await directory.mailboxes.create(id, newMailbox('ada', domain))
  const bob = await directory.mailboxes.create(id, newMailbox('bob', domain))
  await directory.mailboxes.update(id, bob.id, { popEnabled: false })
  const { guid } = await directory.authenticationPolicies.create(id, { name: 'Old', allow: { Imap: true, Pop: true } })
  await directory.authenticationPolicies.assignDefault(id, guid)
  return { id, ada, bob }
}

async function keptTo(context: OpenAccess, domain: string, { plan, done }: { plan: Plan; done: readonly Step[] }) {
  const { access, directory, engine, world } = context
  const { id, ada, bob } = await openTenant(context, domain)
  const retirement = directory.retirementPlans
  const decided = () =>
    Promise.all(
      [ada, bob].flatMap((mailbox) =>
        protocols.map(async (over) => {
          const question = { mailbox: mailbox.primarySmtpAddress, protocol: over }
          const { outcome, checks, fix } = (await access.simulatePassword(id, question)).signIn
          return { mailbox, over, open: outcome === 'granted', checks, fix }
        }),
      ),
    )
  world.advance(30 * DAY)
  const before = await decided()

  const start = world.now()
  const dates = Object.fromEntries(Object.entries(plan.dates).map(([word, day]) => [word, start + day * DAY]))
  const cutOff = Math.max(...Object.values(dates)) + plan.cutOffAfter * DAY
  const brownOuts = plan.brownOuts.map((it) => ({ ...it, start: start + it.start * DAY }))
  const { waves, selfService, usedBefore } = plan
  const lastUses = usedBefore === undefined ? {} : { [ada.guid]: { Imap: start - usedBefore * DAY } }
  await retirement.create(id, { dates, waves, brownOuts, cutOff, selfService }, lastUses)

  const endOf = (mailbox: typeof ada, over: MailProtocol): number => {
    const used = mailbox === ada && over === 'imap' ? (usedBefore ?? Infinity) : Infinity
    const ahead = waves.filter(({ unusedDays }) => used > unusedDays).map(({ aheadDays }) => aheadDays)
    return (dates[words[over]] ?? Infinity) - Math.max(0, ...ahead) * DAY
  }
  const inBrownOut = (now: number) => brownOuts.some((it) => it.start <= now && now < it.start + it.minutes * 60_000)
  const enabled: string[] = []
  const enable = async (key: string, work: () => Promise<unknown>) => {
    const granted = await work().then(
      () => true,
      () => false,
    )
    if (!granted) return
    expect(enabled).not.toContain(key)
    expect(world.now()).toBeLessThan(cutOff)
    enabled.push(key)
  }

  for (const step of done) {
    if (step.does === 'wait') world.advance(step.days * DAY)
    if (step.does === 'enable') {
      const reEnable = words[step.protocol]
      await enable(`all ${reEnable}`, () => retirement.update(id, { reEnable }))
    }
    if (step.does === 'enableOwn') {
      const word = words[step.protocol]
      await enable(`${ada.guid} ${word}`, () => retirement.reEnableOwn(id, ada, word))
    }
    const now = world.now()
    if (step.does === 'remove' && now >= cutOff) await expect(retirement.remove(id)).rejects.toThrow('permanent')
    if (step.does === 'remove' && now < cutOff) {
      await retirement.remove(id)
      expect(await decided()).toEqual(before)
      expect(await retirement.of(id)).toBeUndefined()
      return
    }
    for (const [place, { mailbox, over, open }] of (await decided()).entries()) {
      const ends = endOf(mailbox, over)
      const again = [mailbox.guid, 'all'].some((who) => enabled.includes(`${who} ${words[over]}`))
      const ended = ends <= now && !(again && now < cutOff)
      const off = ended || (ends !== Infinity && (now >= cutOff || inBrownOut(now)))
      expect({ over, now, open }).toEqual({ over, now, open: before[place]!.open && !off })
    }
  }
  expect(await engine.sql.all(sql`select * from directory_retirement_notice`)).toEqual([])
}
