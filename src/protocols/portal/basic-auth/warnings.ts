import { DAY, HOUR, isoDateTime, MINUTE } from '../../../core/time.ts'
import type { TenantId } from '../../../core/ids.ts'
import type { Job } from '../../../core/jobs.ts'
import type { Log } from '../../../core/log.ts'
import type { World } from '../../../core/world.ts'
import type { SignIns } from '../../../domain/audit/types.ts'
import type { Directory, MailboxRecord, RetirementNotice, RetirementPlan } from '../../../domain/directory/types.ts'
import type { Notice, Transport } from '../../../domain/transport/types.ts'
import { enabledAgain, endingsIn, type RetirementEnd } from './endings.ts'
import { reEnabledMail, isForAWhile, type MailHeading, summaryMail, warningMail } from './notification-mails.ts'
import { operations } from '../../../access/admin/operations.ts'

/** From the start to the first look. */
const FIRST = 5 * MINUTE
/** The days before a date at which warnings are sent; the smallest that applies is used. */
const AHEAD = { end: [1, 7, 30], brownOut: [1, 7] } as const
const FURTHEST = Math.max(...AHEAD.end)
const MOST_LOGGED = 20
/** Notices sent at a time: with a slow webhook, a tenant with many owners does not delay the others. */
const BATCH = 20

interface Deps {
  readonly directory: Directory
  readonly signIns: SignIns
  readonly transport: Pick<Transport, 'notify'>
  /** Receives the log entries of a day, and the owners who enabled passwords again. Never rejects. */
  readonly webhook: (what: object) => Promise<void>
  /** The server's own base URL. */
  readonly base: () => string
  readonly world: World
  readonly log: Log
}

interface Tenant {
  readonly id: TenantId
  readonly plan: RetirementPlan
  readonly administrators: readonly MailboxRecord[]
}

/** Tells mailboxes and administrators of the retirement plan's dates before they come, looking once an hour. */
export class RetirementWarnings implements Job {
  readonly first = FIRST
  readonly lease = 'retirement warnings'
  readonly #deps: Deps

  constructor(deps: Deps) {
    this.#deps = deps
  }

  async run(): Promise<number> {
    await this.#look()
    return HOUR
  }

  async #look(): Promise<void> {
    const { directory, log } = this.#deps
    const tenants = await directory.tenants.all().catch((error: unknown) => {
      log.warn({ error }, 'Nobody could be warned of the end of passwords')
      return []
    })
    for (const { id } of tenants) {
      await this.#lookAt(id).catch((error: unknown) => {
        log.warn({ error, tenant: id }, 'A tenant could not be warned of the end of passwords')
      })
    }
  }

  async #lookAt(id: TenantId): Promise<void> {
    const { directory } = this.#deps
    const plan = await directory.retirementPlans.of(id)
    if (plan) await this.#warn({ id, plan, administrators: await administratorsOf(directory, id, plan) })
  }

  async #warn(tenant: Tenant): Promise<void> {
    await this.#tellOfEnabledAgain(tenant)
    const endings = (await endingsIn(this.#deps, tenant, FURTHEST)).filter((it) => this.#distanceOf(it) !== undefined)
    if (endings.length === 0) return
    const exchange = await this.#deps.directory.servicePrincipals.findResource(
      tenant.id,
      'https://outlook.office365.com',
    )
    const page = `${this.#deps.base()}/${tenant.id}/own-passwords`
    const head = { tenant: tenant.id, plan: tenant.plan, exchange, page }
    for (const group of together(endings, (it) => `${it.mailbox.guid} ${momentOf(it)}`))
      await this.#warnMailbox(group, head)
    for (const group of together(endings, momentOf)) await this.#warnAdministrators(tenant, group, head)
    await this.#summarize(tenant, endings)
  }

  async #warnMailbox(group: Endings, head: MailHeading): Promise<void> {
    const { mailbox } = group[0]
    const notices = group.map((ending) => ({ ending, notice: this.#noticeOf(mailbox, ending, ending.protocol) }))
    const due = await this.#taken(head.tenant, notices)
    const [first, ...others] = due.map(({ ending }) => ending)
    if (first) await this.#send(mailbox, { head, notices: due, letter: warningMail([first, ...others], head) })
  }

  async #warnAdministrators({ id, administrators }: Tenant, group: Endings, head: MailHeading): Promise<void> {
    for (const mailbox of administrators) {
      const due = await this.#taken(id, [{ notice: this.#noticeOf(mailbox, group[0], 'summary') }])
      if (due.length > 0) await this.#send(mailbox, { head, notices: due, letter: summaryMail(group, head) })
    }
  }

  async #tellOfEnabledAgain({ id, plan, administrators }: Tenant): Promise<void> {
    const { directory, world, webhook, log } = this.#deps
    const enabled = await enabledAgain(directory, plan, world.now())
    const noticesTo = (about: RetirementNotice['about']) =>
      enabled.map((it) => ({ ...it, notice: { about, what: `again ${it.key}`, date: it.forgotten, days: 0 } }))
    for (const mailbox of administrators) {
      const due = await this.#taken(id, noticesTo(mailbox.guid))
      const head = { tenant: id }
      if (due.length > 0) await this.#send(mailbox, { head, notices: due, letter: reEnabledMail(due, plan) })
    }
    const due = await this.#taken(id, noticesTo(id))
    for (let from = 0; from < due.length; from += BATCH) {
      const some = due.slice(from, from + BATCH).map(({ address, protocol, at }) => {
        const what = { tenant: id, mailbox: address, protocol, at: isoDateTime(at) }
        const text = 'Passwords were enabled again by the owner of a mailbox'
        log.warn(what, text)
        return webhook({ event: 'passwordsEnabledAgain', text, ...what })
      })
      await Promise.all(some)
    }
  }

  async #summarize({ id: tenant }: Tenant, endings: readonly RetirementEnd[]): Promise<void> {
    const { directory, webhook, world, log } = this.#deps
    const tomorrow = (Math.floor(world.now() / DAY) + 1) * DAY
    const notice = { about: tenant, what: 'summary', date: tomorrow, days: 0 }
    if (!(await directory.retirementNotices.take(tenant, notice))) return
    const first = endings.slice(0, MOST_LOGGED).map((ending) => ({
      mailbox: ending.mailbox.primarySmtpAddress,
      protocol: ending.protocol,
      date: isoDateTime(ending.date),
      ...(isForAWhile(ending) && { until: isoDateTime(ending.until) }),
      programs: ending.uses.length,
    }))
    const summary = { tenant, count: endings.length, first }
    const text = 'Passwords are in use that end by the retirement plan'
    log.warn(summary, text)
    await webhook({ event: 'passwordsEnd', text, ...summary })
  }

  #distanceOf(ending: RetirementEnd): number | undefined {
    const ahead = ending.date - this.#deps.world.now()
    return AHEAD[isForAWhile(ending) ? 'brownOut' : 'end'].find((days) => ahead <= days * DAY)
  }

  #noticeOf({ guid }: MailboxRecord, ending: RetirementEnd, about: string): RetirementNotice {
    const what = isForAWhile(ending) ? `brown-out ${about}` : about
    return { about: guid, what, date: ending.date, days: this.#distanceOf(ending) ?? FURTHEST }
  }

  /** Claims the notices, so that only one node sends each. */
  async #taken<T extends { readonly notice: RetirementNotice }>(tenant: TenantId, due: readonly T[]): Promise<T[]> {
    const taken: T[] = []
    for (const it of due) {
      if (await this.#deps.directory.retirementNotices.take(tenant, it.notice)) taken.push(it)
    }
    return taken
  }

  async #send(
    { id, guid }: MailboxRecord,
    {
      head,
      notices,
      letter,
    }: {
      readonly head: Pick<MailHeading, 'tenant'>
      readonly notices: readonly { readonly notice: RetirementNotice }[]
      readonly letter: Notice
    },
  ): Promise<void> {
    const { directory, transport, log } = this.#deps
    const { tenant } = head
    try {
      await transport.notify(id, letter)
      log.info({ tenant, mailbox: guid, of: notices.map(({ notice }) => notice.what) }, 'A mailbox was warned')
    } catch (error) {
      for (const { notice } of notices) await directory.retirementNotices.giveBack(tenant, notice)
      log.warn({ error, tenant, mailbox: guid }, 'A mailbox could not be warned')
    }
  }
}

type Endings = readonly [RetirementEnd, ...RetirementEnd[]]

const momentOf = (ending: RetirementEnd): string => `${ending.date} ${isForAWhile(ending) ? ending.until : 'end'}`

/** Those of which the key is the same, in the order in which they come. */
const together = (endings: readonly RetirementEnd[], keyOf: (ending: RetirementEnd) => string): readonly Endings[] =>
  [...Map.groupBy(endings, keyOf).values()].flatMap(([first, ...others]) => (first ? [[first, ...others]] : []))

const MOST = 50

/** The mailboxes of those who may change the plan, and the one that the plan names. */
async function administratorsOf(
  { directoryRoles, mailboxes }: Directory,
  tenant: TenantId,
  { notifyAddress = '' }: RetirementPlan,
): Promise<readonly MailboxRecord[]> {
  const found = new Map<string, MailboxRecord>()
  const keep = (mailbox: MailboxRecord | undefined) => void (mailbox && found.set(mailbox.guid, mailbox))
  if (notifyAddress !== '') keep(await mailboxes.findByAddress(tenant, notifyAddress))
  for (const role of operations.administerTenant.roles) {
    const people = (await directoryRoles.members(tenant, role)).filter(({ kind }) => kind === 'user')
    for (const { id } of people.slice(0, MOST)) keep(await mailboxes.find(tenant, id))
  }
  return [...found.values()].slice(0, MOST)
}
