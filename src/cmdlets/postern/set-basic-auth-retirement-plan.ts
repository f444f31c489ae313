import { dateTime } from '../exchange/date-time.ts'
import { optional, posternCmdlet } from '../cmdlet.ts'
import { choice } from '../parameter-type.ts'
import {
  retirementDates,
  retirementPeople,
  retirementPlan,
  retirementPlanColumns,
  retirementTerms,
} from './basic-auth-retirement-plan.ts'

export const setBasicAuthRetirementPlan = posternCmdlet({
  name: 'Set-BasicAuthRetirementPlan',
  synopsis:
    'Changes the plan for the end of basic authentication, or enables a retired protocol again until the cut-off.',
  parameters: {
    ReEnable: optional(choice(['Imap', 'Pop', 'Smtp']), 'The protocol to enable again, which is done once for each.'),
    CutOff: optional(dateTime, 'From when on nothing is enabled again.'),
    ...retirementDates,
    ...retirementPeople,
  },
  columns: retirementPlanColumns,
  call: (given) => ({
    verb: 'PATCH',
    path: retirementPlan,
    body: { ...retirementTerms(given), reEnable: given.ReEnable },
    answers: 'one',
  }),
})
