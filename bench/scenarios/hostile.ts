import { Abuser } from '../abuses/abuser.ts'
import { type AbuseName, abuseNames } from '../abuses/index.ts'
import { load } from '../neighbours/load.ts'
import { visitsOf } from '../neighbours/visits.ts'
import { Neighbourhood } from '../targets/neighbourhood.ts'
import type { Scenario, Trial } from './scenario.ts'

/** Of the plan's seconds, how many times as long each load lasts: a p99 needs some hundreds of operations. */
const LONGER = 5
/** Seconds of load before the first measurement: what the server runs is then compiled. */
const WARMING = 5
/** Seconds after which an abusive caller ends by itself, beside those in which it is measured. */
const GRACE = 60

const ALL = 'all'
export const hostileRows: readonly string[] = [...abuseNames, ALL]
export const quietLabel = (row: string): string => `others, quiet, before ${row}`
export const abusedLabel = (row: string): string => `others, beside ${row}`

/**
 * Other callers of a server with default limits, first quiet and then beside an abusive one, for each abuse in turn.
 */
export const hostile: Scenario = {
  name: 'hostile',
  withoutMail: true,
  claims: () => [],
  async run(trial) {
    const { target, plan, left } = trial
    if (!target.withDefaultLimits)
      return hostileRows.forEach((row) => left(abusedLabel(row), 'It is not asked to bear with an abusive caller'))
    const server = await target.withDefaultLimits()
    try {
      const neighbourhood = await Neighbourhood.open(server, plan.hostile)
      await load(visitsOf(neighbourhood), plan.seconds < 1 ? plan.seconds : WARMING)
      for (const row of plan.abuses ?? hostileRows) {
        await beside(trial, neighbourhood, { row, abuses: abuseNames.filter((name) => row === name || row === ALL) })
      }
    } finally {
      await server.stop()
    }
  },
}

async function beside(
  { plan, measured }: Trial,
  neighbourhood: Neighbourhood,
  { row, abuses }: { row: string; abuses: readonly AbuseName[] },
): Promise<void> {
  const seconds = plan.seconds * LONGER
  const visits = visitsOf(neighbourhood)
  await measured(quietLabel(row), () => load(visits, seconds), neighbourhood.pid)
  await measured(
    abusedLabel(row),
    async () => {
      const abuser = await Abuser.start({ abuses, grounds: neighbourhood.grounds, seconds: seconds + GRACE })
      const work = await load(visits, seconds)
      return { ...work, abuse: await abuser.stop() }
    },
    neighbourhood.pid,
  )
  await neighbourhood.tidy()
}
