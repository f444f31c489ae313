import { posternCmdlet } from '../cmdlet.ts'
import { retirementPlan, retirementPlanColumns } from './basic-auth-retirement-plan.ts'

export const getBasicAuthRetirementPlan = posternCmdlet({
  name: 'Get-BasicAuthRetirementPlan',
  synopsis: 'Shows the plan for the end of basic authentication, if there is one.',
  parameters: {},
  columns: retirementPlanColumns,
  call: () => ({ verb: 'GET', path: retirementPlan, answers: 'many' }),
})
