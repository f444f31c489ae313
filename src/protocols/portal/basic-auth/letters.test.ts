import { describe, expect, it } from 'vitest'
import { newMailbox, openDirectory } from '../../../../test/support/directory.ts'
import { DAY, HOUR } from '../../../core/time.ts'
import type { RetirementPlan } from '../../../domain/directory/types.ts'
import type { RetirementEnd } from './endings.ts'
import { summaryMail, warningMail } from './notification-mails.ts'

const DATE = Date.UTC(2027, 2, 1, 9)

type Endings = readonly [RetirementEnd, ...RetirementEnd[]]

/** So many mailboxes, each of which so many programs open; all that ends on one date. */
async function open({
  mailboxes = 1,
  programs = 1,
  ...otherwise
}: Partial<RetirementEnd> & Record<string, unknown> = {}) {
  const { directory, tenant, world } = await openDirectory()
  const made = Date.UTC(2026, 10, 24)
  const dates = { Imap: DATE }
  const plan: RetirementPlan = {
    tenant: tenant.id,
    made,
    lastUses: {},
    reEnabled: {},
    dates,
    waves: [],
    brownOuts: [],
    cutOff: DATE + 90 * DAY,
  }
  const endings: RetirementEnd[] = []
  for (let number = 0; number < Number(mailboxes); number++) {
    const mailbox = await directory.mailboxes.create(tenant.id, newMailbox(`m${number}`))
    const { primarySmtpAddress: address } = mailbox
    const uses = Array.from({ length: Number(programs) }, (_, place) => ({
      mailbox: address,
      exists: true,
      protocol: 'imap' as const,
      user: address,
      client: `Fetcher ${place}`,
      addresses: Array.from({ length: 9 }, (__, host) => `192.0.2.${host}`),
      granted: 2,
      refused: 0,
      days: 1,
      last: world.now(),
    }))
    const ends = { date: DATE, until: undefined, brownOut: false, wave: undefined, ends: DATE }
    endings.push({ mailbox, protocol: 'imap', uses, ...ends, ...otherwise })
  }
  return {
    plan,
    endings: endings as unknown as Endings,
    head: { tenant: tenant.id, plan, exchange: undefined, page: 'https://mail.contoso.test/own' },
  }
}

describe('the letters ahead of a retirement', () => {
  it('name ten programs of a mailbox and five addresses of each, and say how many more there are', async () => {
    const { endings, head } = await open({ programs: 12 })
    const text = warningMail(endings, head).lines.join('\n')
    expect(text.match(/^Fetcher \d+, as /gm)).toHaveLength(10)
    expect(text).toContain('from 192.0.2.0, 192.0.2.1, 192.0.2.2, 192.0.2.3, 192.0.2.4.')
    expect(text).toContain('And 2 more: postern Get-BasicAuthReport lists them all.')
    expect(text).toContain('an administrator can enable them again, once.')
  })

  it('tell administrators of fifty mailboxes, and how many more there are', async () => {
    const { endings, head } = await open({ mailboxes: 52, programs: 11 })
    const { subject, lines } = summaryMail(endings, head)
    expect(subject).toBe('Passwords over IMAP4 end on 1 March 2027 for 52 mailboxes in use')
    expect(lines.filter((line) => /^m\d+@contoso\.test$/.test(line))).toHaveLength(50)
    expect(lines).toContain('  and 1 more: postern report basic-auth --mailbox m0@contoso.test')
    expect(lines).toContain('And 2 more.')
    expect(lines).toContain('    postern Set-BasicAuthRetirementPlan -Imap 2027-03-31T09:00:00.000Z')
  })

  it('say how to have no brown-outs, and at the cut-off date that it is the last', async () => {
    const brownOut = await open({ brownOut: true, until: DATE + HOUR })
    const told = summaryMail(brownOut.endings, brownOut.head).lines
    expect(told).toContain("    postern Set-BasicAuthRetirementPlan -BrownOuts '[]'")
    const last = await open({ date: DATE + 90 * DAY })
    expect(warningMail(last.endings, last.head).lines.at(-1)).toMatch(/^That is permanent/)
    expect(summaryMail(last.endings, last.head).lines).toContain(
      '    postern Set-BasicAuthRetirementPlan -CutOff 2027-06-29T09:00:00.000Z',
    )
  })
})
