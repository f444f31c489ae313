import { dateTime } from '../exchange/date-time.ts'
import { mandatory, posternCmdlet } from '../cmdlet.ts'
import {
  retirementDates,
  retirementPeople,
  retirementPlan,
  retirementPlanColumns,
  retirementTerms,
} from './basic-auth-retirement-plan.ts'

export const newBasicAuthRetirementPlan = posternCmdlet({
  name: 'New-BasicAuthRetirementPlan',
  synopsis:
    'Plans the end of basic authentication: a date for each protocol, those who do not use it first, and brown-outs before. Mailboxes that are in use and administrators are told 30, 7 and 1 days ahead, and 7 and 1 days ahead of a brown-out.',
  parameters: {
    CutOff: mandatory(dateTime, 'From when on nothing is enabled again.'),
    ...retirementDates,
    ...retirementPeople,
  },
  columns: retirementPlanColumns,
  call: (given) => ({ verb: 'POST', path: retirementPlan, body: retirementTerms(given), answers: 'one' }),
})
