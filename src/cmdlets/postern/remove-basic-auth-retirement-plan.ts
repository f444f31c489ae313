import { posternCmdlet } from '../cmdlet.ts'
import { retirementPlan } from './basic-auth-retirement-plan.ts'

export const removeBasicAuthRetirementPlan = posternCmdlet({
  name: 'Remove-BasicAuthRetirementPlan',
  synopsis:
    'Removes the plan for the end of basic authentication, up to its cut-off date: all is as before it, and authentication policies alone count.',
  parameters: {},
  columns: [],
  confirms: true,
  undo: () => 'create it again with New-BasicAuthRetirementPlan.',
  call: () => ({ verb: 'DELETE', path: retirementPlan, answers: 'nothing' }),
})
