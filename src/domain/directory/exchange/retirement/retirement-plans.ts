import type { TenantId } from '../../../../core/ids.ts'
import { refuse } from '../../../../core/refusal.ts'
import { ask, askOne, sql, type Statements } from '../../../../storage/engine.ts'
import { changesBetween, otherTarget, valued } from '../../audit/audit-event.ts'
import type { DirectoryTx } from '../../directory-tx.ts'
import type { DirectorySettings } from '../../settings.ts'
import {
  changedPlan,
  checkTerms,
  enabledByOwner,
  refusePastCutOff,
  refusePermanent,
  type RetirementPlan,
  type RetirementPlans,
} from './retirement-plan.ts'

interface PlanRow {
  readonly plan: string
}

export function createRetirementPlans(
  directoryTx: DirectoryTx,
  { lift_permanent_retirement: lifted }: Pick<DirectorySettings, 'lift_permanent_retirement'>,
): RetirementPlans {
  return {
    async of(tenant) {
      const row = await directoryTx.first<PlanRow>(rowOf(tenant))
      return row && planOf(row)
    },

    async create(tenant, terms, lastUses) {
      checkTerms(terms)
      const made = directoryTx.world.now()
      refusePastCutOff(terms.cutOff, made)
      return directoryTx.write(tenant, { what: 'retirement plan added', subject: tenant }, function* (_, tell) {
        if (yield* askOne<PlanRow>(rowOf(tenant))) {
          refuse('already-exists', 'There is a plan already: change it, or remove it first.')
        }
        const plan: RetirementPlan = { ...terms, tenant, made, lastUses, reEnabled: {} }
        yield* ask(
          sql`insert into directory_retirement_plan (tenant, plan) values (${tenant}, ${JSON.stringify(plan)})`,
        )
        const changes = changesBetween({}, shown(plan))
        tell({ activity: 'New-BasicAuthRetirementPlan', targets: [target(tenant)], changes })
        return plan
      })
    },

    async update(tenant, change) {
      const now = directoryTx.world.now()
      return directoryTx.write(tenant, { what: 'retirement plan changed', subject: tenant }, function* (_, tell) {
        const before = yield* planIn(tenant)
        const after = changedPlan(before, change, now)
        yield* ask(sql`update directory_retirement_plan set plan = ${JSON.stringify(after)} where tenant = ${tenant}`)
        const changes = changesBetween(shown(before), shown(after))
        tell({ activity: 'Set-BasicAuthRetirementPlan', targets: [target(tenant)], changes })
        return after
      })
    },

    async reEnableOwn(tenant, mailbox, protocol) {
      const { guid, displayName } = mailbox
      const now = directoryTx.world.now()
      const entry = { what: 'password protocol enabled again by its owner', subject: guid }
      return directoryTx.write(tenant, entry, function* (_, tell) {
        const after = enabledByOwner(yield* planIn(tenant), { mailbox, protocol, now })
        yield* ask(sql`update directory_retirement_plan set plan = ${JSON.stringify(after)} where tenant = ${tenant}`)
        const changes = [valued('ReEnabled', protocol)]
        tell({ activity: 'Enable-OwnBasicAuth', targets: [otherTarget(guid, displayName), target(tenant)], changes })
        return after
      })
    },

    async remove(tenant) {
      const now = directoryTx.world.now()
      await directoryTx.write(tenant, { what: 'retirement plan removed', subject: tenant }, function* (_, tell) {
        const gone = yield* planIn(tenant)
        if (!lifted) refusePermanent(gone, now)
        yield* ask(sql`delete from directory_retirement_plan where tenant = ${tenant}`)
        yield* ask(sql`delete from directory_retirement_notice where tenant = ${tenant}`)
        const changes = changesBetween(shown(gone), {})
        tell({ activity: 'Remove-BasicAuthRetirementPlan', targets: [target(tenant)], changes })
      })
    },
  }
}

const rowOf = (tenant: TenantId) => sql`select plan from directory_retirement_plan where tenant = ${tenant}`

const planOf = ({ plan }: PlanRow): RetirementPlan => JSON.parse(plan) as RetirementPlan

const target = (tenant: TenantId) => otherTarget(tenant, 'Retirement of basic authentication')

/** The properties that the audit log shows: without the last use of each mailbox. */
const shown = ({ dates, waves, brownOuts, reEnabled, cutOff, selfService, notifyAddress }: RetirementPlan) => ({
  dates: JSON.stringify(dates),
  waves: JSON.stringify(waves),
  brownOuts: JSON.stringify(brownOuts),
  cutOff,
  selfService,
  notifyAddress,
  reEnabled: JSON.stringify(reEnabled),
})

function* planIn(tenant: TenantId): Statements<RetirementPlan> {
  const row = yield* askOne<PlanRow>(rowOf(tenant))
  return row ? planOf(row) : refuse('no-such-thing', 'There is no plan for the retirement of basic authentication.')
}
