import type { TenantId } from '../../../core/ids.ts'
import type { Log } from '../../../core/log.ts'
import type { World } from '../../../core/world.ts'
import type { SignIns } from '../../../domain/audit/types.ts'
import type { Directory } from '../../../domain/directory/types.ts'
import type { Transport } from '../../../domain/transport/types.ts'
import { type Ending, endingsIn } from './endings.ts'
import { warningLetter } from './warning-letter.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
/** From the start to the first look. */
const FIRST = 5 * 60_000
/** How many days ahead of its date a mailbox is warned; the nearest that holds. */
const AHEAD = [1, 7, 30] as const
const MOST_LOGGED = 20

interface Deps {
  readonly directory: Directory
  readonly signIns: SignIns
  readonly transport: Pick<Transport, 'notify'>
  /** Told what the log is told of a day; never rejects. */
  readonly webhook: (what: object) => Promise<void>
  readonly world: World
  readonly log: Log
}

/** Tells mailboxes and administrators of the retirement plan's dates before they come, looking once an hour. */
export class RetirementWarnings {
  readonly #deps: Deps
  #running: Promise<void> = Promise.resolve()

  constructor(deps: Deps) {
    this.#deps = deps
    deps.world.after(FIRST, () => this.#start())
  }

  /** Resolves when the look that is under way is done. */
  async settled(): Promise<void> {
    await this.#running
  }

  #start(): void {
    this.#running = this.#look().then(() => void this.#deps.world.after(HOUR, () => this.#start()))
  }

  async #look(): Promise<void> {
    const { directory, log } = this.#deps
    try {
      for (const { id } of await directory.tenants.all()) await this.#warn(id)
    } catch (error) {
      log.warn({ error }, 'Nobody could be warned of the end of passwords')
    }
  }

  async #warn(tenant: TenantId): Promise<void> {
    const endings = await endingsIn(this.#deps, tenant, Math.max(...AHEAD))
    if (endings.length === 0) return
    for (const ending of endings) await this.#warnMailbox(tenant, ending)
    await this.#warnAdministrator(tenant, endings)
  }

  async #warnMailbox(tenant: TenantId, ending: Ending): Promise<void> {
    const { directory, transport, world, log } = this.#deps
    const { mailbox, protocol, date, uses } = ending
    const days = AHEAD.find((ahead) => date - world.now() <= ahead * DAY)
    if (days === undefined) return
    const notice = { about: mailbox.guid, what: protocol, date, days }
    if (!(await directory.retirementNotices.take(tenant, notice))) return
    try {
      const exchange = await directory.servicePrincipals.findResource(tenant, 'https://outlook.office365.com')
      await transport.notify(mailbox.id, warningLetter(ending, { tenant, exchange }))
      log.info({ tenant, mailbox: mailbox.guid, protocol, programs: uses.length }, 'A mailbox was warned')
    } catch (error) {
      await directory.retirementNotices.giveBack(tenant, notice)
      log.warn({ error, tenant, mailbox: mailbox.guid, protocol }, 'A mailbox could not be warned')
    }
  }

  async #warnAdministrator(tenant: TenantId, endings: readonly Ending[]): Promise<void> {
    const { directory, webhook, world, log } = this.#deps
    const tomorrow = (Math.floor(world.now() / DAY) + 1) * DAY
    const notice = { about: tenant, what: 'summary', date: tomorrow, days: 0 }
    if (!(await directory.retirementNotices.take(tenant, notice))) return
    const first = endings.slice(0, MOST_LOGGED).map(({ mailbox, protocol, date, uses }) => ({
      mailbox: mailbox.primarySmtpAddress,
      protocol,
      date: new Date(date).toISOString(),
      programs: uses.length,
    }))
    const summary = { tenant, count: endings.length, first }
    const text = 'Passwords are in use that end by the retirement plan'
    log.warn(summary, text)
    await webhook({ text, ...summary })
  }
}
