import { endOf, overAt, type RetirementPlan, type Standing, standing, type StandingAsked } from './retirement-plan.ts'

/** From a moment on, until the next. */
export interface Spell {
  readonly from: number
  readonly open: boolean
  readonly standing: Standing
}

/** How a mailbox stands with a plan over one protocol now, and at each moment from which on it is let in or kept out. */
export function outlook(plan: RetirementPlan, now: number, asked: StandingAsked): readonly [Spell, ...Spell[]] {
  const ends = endOf(plan, asked)
  const moments = ends
    ? [ends.date, plan.cutOff, ...plan.brownOuts.flatMap((brownOut) => [brownOut.start, overAt(brownOut)])]
    : []
  const spells: [Spell, ...Spell[]] = [spellFrom(plan, now, asked)]
  for (const moment of moments.filter((it) => it > now).toSorted((one, other) => one - other)) {
    const next = spellFrom(plan, moment, asked)
    const last = spells.at(-1)!
    // A brown-out into which the end falls is over at the end.
    if (next.open !== last.open || next.standing.is !== last.standing.is) spells.push(next)
  }
  return spells
}

function spellFrom(plan: RetirementPlan, from: number, asked: StandingAsked): Spell {
  const found = standing(plan, from, asked)
  return { from, open: found.is === 'allowed' || found.is === 're-enabled', standing: found }
}
