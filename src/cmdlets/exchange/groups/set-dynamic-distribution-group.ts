import { exchangeCmdlet } from '../../cmdlet.ts'
import { dynamicParameters } from './dynamic-parameters.ts'
import { setDistributionGroup } from './set-distribution-group.ts'

const { BypassSecurityGroupManagerCheck: _, ...parameters } = setDistributionGroup.parameters

export const setDynamicDistributionGroup = exchangeCmdlet({
  name: 'Set-DynamicDistributionGroup',
  synopsis: 'Changes who is in a dynamic group, what it is called, its addresses, and whose mail it takes.',
  parameters: { ...parameters, ...dynamicParameters },
  columns: [],
})
