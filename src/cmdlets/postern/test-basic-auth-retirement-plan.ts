import { dateTime } from '../exchange/date-time.ts'
import { optional, posternCmdlet } from '../cmdlet.ts'
import { retirementDates, retirementPlan, retirementTerms } from './basic-auth-retirement-plan.ts'

export const testBasicAuthRetirementPlan = posternCmdlet({
  name: 'Test-BasicAuthRetirementPlan',
  synopsis:
    'Shows which programs would break at each date, brown-outs among them, by the plan that there is, with other dates, or by one that is not made yet.',
  parameters: {
    CutOff: optional(dateTime, 'From when on nothing is enabled again.'),
    ...retirementDates,
  },
  columns: [
    'breaksDateTime',
    'untilDateTime',
    'what',
    'wave',
    'mailbox',
    'protocol',
    'client',
    'addresses',
    'lastUsedDateTime',
  ],
  call: (given) => ({
    verb: 'POST',
    path: `${retirementPlan}/dry-run`,
    body: retirementTerms(given),
    answers: 'many',
  }),
})
