import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { openRetirement } from '../../../../test/support/retirement.ts'
import { DAY } from '../../../core/time.ts'

const days = (least: number, most: number) => fc.integer({ min: least, max: most })
const plans = fc.record({
  imap: days(3, 40),
  pop: days(3, 40),
  brownOuts: fc.array(fc.record({ start: days(2, 40), minutes: days(1, 1440) }), { minLength: 1, maxLength: 3 }),
  cutOffAfter: days(5, 20),
})
const steps = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.record({ does: fc.constant('wait' as const), days: days(1, 7) }) },
    {
      weight: 3,
      arbitrary: fc.record({ does: fc.constant('use' as const), protocol: fc.constantFrom('imap', 'pop3') }),
    },
    { weight: 2, arbitrary: fc.record({ does: fc.constant('restart' as const) }) },
    {
      weight: 1,
      arbitrary: fc.record({ does: fc.constant('enable' as const), protocol: fc.constantFrom('Imap', 'Pop') }),
    },
  ),
  { minLength: 10, maxLength: 18 },
)

it('no notification is sent twice or late, whenever passwords are used and the server restarts', async () => {
  await fc.assert(
    fc.asyncProperty(plans, steps, async ({ imap, pop, brownOuts, cutOffAfter }, done) => {
      const { directory, tenant, world, ada, start, sent, signIn, until, restart } = await openRetirement((from) => ({
        dates: { Imap: from + imap * DAY, Pop: from + pop * DAY },
        brownOuts: brownOuts.map((it) => ({ ...it, start: from + it.start * DAY })),
        cutOff: from + (Math.max(imap, pop) + cutOffAfter) * DAY,
        selfService: true,
        notifyAddress: 'bob@contoso.test',
      }))
      await signIn()
      for (const step of done) {
        if (step.does === 'wait') await until((world.now() - start) / DAY + step.days, 24)
        if (step.does === 'use') await signIn({ protocol: step.protocol })
        if (step.does === 'restart') restart()
        if (step.does === 'enable') {
          await directory.retirementPlans.reEnableOwn(tenant.id, ada, step.protocol).catch(() => {})
        }
      }
      const told = sent.map(({ to, notice, at }) => JSON.stringify([to, notice.lines[0], distance(notice.lines, at)]))
      expect(told.toSorted()).toEqual([...new Set(told)].toSorted())
    }),
    { numRuns: 3 },
  )
})

/** Ahead of which of the distances a letter comes; of one about what owners did, what it is about. */
function distance(lines: readonly string[], at: number): unknown {
  const [, moment] = /^From \w+, (\d+ \w+ \d{4}, \d\d:\d\d UTC) /.exec(lines[0] ?? '') ?? []
  if (moment === undefined) return lines
  const ahead = Date.parse(moment.replace(',', '')) - at
  expect(ahead).toBeGreaterThan(0)
  return [1, 7, 30].find((distant) => ahead <= distant * DAY)
}
