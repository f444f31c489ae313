import { ask, askOne, sql } from '../../../../storage/engine.ts'
import type { DirectoryTx } from '../../directory-tx.ts'
import type { RetirementNotices } from './retirement-plan.ts'

export function createRetirementNotices(directoryTx: DirectoryTx): RetirementNotices {
  return {
    take(tenant, { about, what, date, days }) {
      const now = directoryTx.world.now()
      return directoryTx.aside(tenant, function* () {
        yield* ask(sql`delete from directory_retirement_notice where tenant = ${tenant} and date <= ${now}`)
        const taken = yield* askOne(sql`insert into directory_retirement_notice (tenant, about, what, date, days)
          values (${tenant}, ${about}, ${what}, ${date}, ${days}) on conflict do nothing returning about`)
        return taken !== undefined
      })
    },

    giveBack: (tenant, { about, what, date, days }) =>
      directoryTx.aside(tenant, function* () {
        yield* ask(sql`delete from directory_retirement_notice where tenant = ${tenant}
          and about = ${about} and what = ${what} and date = ${date} and days = ${days}`)
      }),
  }
}
