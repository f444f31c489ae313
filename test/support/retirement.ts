import { Jobs } from '../../src/core/jobs.ts'
import type { MailProtocol } from '../../src/access/types.ts'
import { DAY, HOUR } from '../../src/core/time.ts'
import type { MailboxId } from '../../src/core/ids.ts'
import type { Log } from '../../src/core/log.ts'
import type { RetirementTerms } from '../../src/domain/directory/types.ts'
import type { Notice } from '../../src/domain/transport/types.ts'
import { RetirementWarnings } from '../../src/protocols/portal/basic-auth/warnings.ts'
import { openAccess } from './access.ts'
import { newMailbox } from './directory.ts'

export const PASSWORD = 'Correct horse battery staple'

/**
 * Ada and Bob, whose passwords open their mailboxes until a plan ends that; what is sent, logged and told a webhook is
 * kept.
 */
export async function openRetirement(terms: (start: number) => Partial<RetirementTerms> = () => ({})) {
  const context = await openAccess('standards', { basic: 'policy' })
  const { access, directory, tenant, world } = context
  const ada = await directory.mailboxes.create(tenant.id, { ...newMailbox('ada'), password: PASSWORD })
  await directory.mailboxes.create(tenant.id, { ...newMailbox('bob'), password: PASSWORD })
  const policies = directory.authenticationPolicies
  const { guid } = await policies.create(tenant.id, { name: 'Old', allow: { Imap: true, Pop: true } })
  await policies.assignDefault(tenant.id, guid)
  const start = world.now()
  const plan = { dates: { Imap: start + 40 * DAY }, waves: [], brownOuts: [], cutOff: start + 60 * DAY }
  await directory.retirementPlans.create(tenant.id, { ...plan, ...terms(start) }, {})

  const sent: { readonly to: MailboxId; readonly notice: Notice; readonly at: number }[] = []
  const full = { yes: false }
  const log = capturedLog()
  const hooked: object[] = []
  const hook = { answered: async (): Promise<void> => {} }
  const warn = () => {
    const jobs = new Jobs(world)
    jobs.start([
      new RetirementWarnings({
        ...context,
        log,
        base: () => 'https://mail.contoso.test',
        webhook: async (what) => {
          hooked.push(what)
          await hook.answered()
        },
        transport: {
          async notify(to, notice) {
            if (full.yes) throw new Error('The disk is full')
            sent.push({ to, notice, at: world.now() })
          },
        },
      }),
    ])
    return jobs
  }
  let warnings = warn()
  const signIn = async (given: { password?: string; protocol?: MailProtocol; client?: string } = {}) => {
    const { password = PASSWORD, protocol = 'imap', client = 'Fetcher 2' } = given
    const address = 'ada@contoso.test'
    const entry = await access.enter({ credential: { password }, protocol, address, from: '192.0.2.7', client })
    if (entry.granted) entry.leave()
    return entry.granted
  }
  /** In steps of some hours, as far as a day of the plan. */
  const until = async (day: number, hours = 12) => {
    while (world.now() < start + day * DAY) {
      world.advance(hours * HOUR)
      await warnings.settled()
    }
  }
  const summaries = () => log.lines.filter((line) => line.includes('that end by the retirement plan'))
  return {
    ...context,
    ada,
    start,
    sent,
    full,
    log,
    hooked,
    hook,
    signIn,
    until,
    summaries,
    restart: () => {
      warnings = warn()
    },
  }
}

/** A log that keeps what was written to it, as a text to look through. */
export interface CapturedLog extends Log {
  readonly lines: readonly string[]
}

export function capturedLog(): CapturedLog {
  const lines: string[] = []
  const logWith = (about: object): Log => {
    const write = (fields: object, text: string) =>
      void lines.push(JSON.stringify({ ...about, ...fields, text }, whole))
    return {
      debug: write,
      info: write,
      warn: write,
      error: write,
      child: (fields) => logWith({ ...about, ...fields }),
    }
  }
  return { ...logWith({}), lines }
}

/** Errors as they are printed. */
const whole = (_: string, value: unknown): unknown => (value instanceof Error ? (value.stack ?? value.message) : value)
