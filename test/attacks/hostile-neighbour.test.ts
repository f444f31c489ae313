import { expect, it } from 'vitest'
import { Abuser } from '../../bench/abuses/abuser.ts'
import { abuseNames } from '../../bench/abuses/index.ts'
import { load } from '../../bench/neighbours/load.ts'
import { visitsOf } from '../../bench/neighbours/visits.ts'
import { smoke } from '../../bench/plan.ts'
import { Neighbourhood } from '../../bench/targets/neighbourhood.ts'
import { Postern } from '../../bench/targets/postern.ts'
import { temporaryDirectory } from '../support/disk.ts'

/** Far longer than any answer takes: on a busy machine nothing here depends on how fast it is. */
const PATIENCE = 60_000
const SECONDS = 3

it('refuses nobody else while one caller abuses everything at once', { timeout: 240_000 }, async () => {
  const server = await Postern.start({ folder: temporaryDirectory(), profiles: undefined, defaultLimits: true })
  try {
    const neighbourhood = await Neighbourhood.open(server, smoke.hostile, PATIENCE)
    const { grounds } = neighbourhood
    const abuser = await Abuser.start({ abuses: abuseNames, grounds, seconds: 200 })
    const { operations, refusals, kinds } = await load(visitsOf(neighbourhood), SECONDS)
    const abuse = await abuser.stop()
    expect(refusals).toEqual({})
    // Nine kinds, some of which are asked for ten times a second.
    expect(Object.keys(kinds ?? {})).toHaveLength(9)
    expect(operations).toBeGreaterThan(60 * SECONDS)
    // The caller did what it came for.
    const { sockets, literals, bodies, submissions } = smoke.hostile
    expect(abuse.attempts).toBeGreaterThan(sockets + literals + bodies + submissions)
  } finally {
    await server.stop()
  }
})
