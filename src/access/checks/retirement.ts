import { askedOf, standing } from '../../domain/directory/exchange/retirement/retirement-plan.ts'
import type { PlannedMailbox, RetiredProtocol, RetirementPlan } from '../../domain/directory/types.ts'
import { changeRetirement, enableBasicAgain, fetchToken } from '../records/command-line.ts'
import { failed, type Finding } from './check.ts'

/** A tenant's plan, and what it goes by at a moment. */
export interface Retirement {
  readonly plan: RetirementPlan
  readonly now: number
  readonly mailbox: PlannedMailbox | undefined
}

/** What the plan has against a password; undefined where it has nothing. */
export function retiredBy(
  { plan, now, mailbox }: Retirement,
  protocol: RetiredProtocol,
  spoken: string,
): Finding | undefined {
  const asked = askedOf(plan, protocol, mailbox)
  const found = standing(plan, now, asked)
  if (found.is === 'allowed' || found.is === 're-enabled') return undefined
  const token = fetchToken(undefined, undefined)
  const moveOn = 'Move the program to access tokens.'
  if (found.is === 'brown-out') {
    const again = asked.ownAgain === true || plan.reEnabled[protocol] !== undefined
    const lasts = again ? plan.cutOff : plan.dates[protocol]!
    return failed(
      `A password was given. The organization's retirement plan has basic authentication off over ${spoken} in a brown-out until ${instant(found.until)}; it is on again then by itself, or now once the plan has no brown-outs, and ends for good on ${instant(lasts)} at the latest. ${moveOn}`,
      token,
      changeRetirement({ BrownOuts: '[]' }),
    )
  }
  const which = found.wave
    ? `for the wave of mailboxes that were not used for ${found.wave.unusedDays} days`
    : 'for the wave of all that are in use'
  const retired = `A password was given. The organization's retirement plan ended basic authentication over ${spoken} on ${instant(found.since)}, ${which}.`
  const [evidence, fix] = found.final
    ? [`${retired} That is permanent since ${instant(plan.cutOff)}. ${moveOn}`, token]
    : [
        `${retired} ${moveOn} Until ${instant(plan.cutOff)} it can be enabled again, once${plan.selfService ? ', and for this mailbox by whoever it belongs to' : ''}.`,
        enableBasicAgain(protocol),
      ]
  return { ok: false, evidence, fix: [fix], switchedOff: 'plan' }
}

const instant = (at: number): string => new Date(at).toISOString()
