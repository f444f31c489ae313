import type { Guid, TenantId } from '../../../../core/ids.ts'
import { ask, askOne, sql } from '../../../../storage/engine.ts'
import type { DirectoryTx } from '../../directory-tx.ts'

/** What is said ahead of a date of the plan, and once. */
export interface RetirementNotice {
  /** The mailbox's Guid, or the tenant's for what its administrator is told. */
  readonly about: Guid
  readonly what: string
  /** When it comes to nothing. */
  readonly date: number
  /** At which distance from the date it is said. */
  readonly days: number
}

export interface RetirementNotices {
  /** Whether it is for the caller to say: false once it has been taken. */
  take(tenant: TenantId, notice: RetirementNotice): Promise<boolean>
  /** It could not be said, and can be taken again. */
  giveBack(tenant: TenantId, notice: RetirementNotice): Promise<void>
}

export function createRetirementNotices(directoryTx: DirectoryTx): RetirementNotices {
  return {
    take(tenant, { about, what, date, days }) {
      const now = directoryTx.world.now()
      return directoryTx.aside(function* () {
        yield* ask(sql`delete from directory_retirement_notice where tenant = ${tenant} and date <= ${now}`)
        const taken = yield* askOne(sql`insert into directory_retirement_notice (tenant, about, what, date, days)
          values (${tenant}, ${about}, ${what}, ${date}, ${days}) on conflict do nothing returning about`)
        return taken !== undefined
      })
    },

    giveBack: (tenant, { about, what, date, days }) =>
      directoryTx.aside(function* () {
        yield* ask(sql`delete from directory_retirement_notice where tenant = ${tenant}
          and about = ${about} and what = ${what} and date = ${date} and days = ${days}`)
      }),
  }
}
