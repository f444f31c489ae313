import { exchangeCmdlet, optional } from '../../cmdlet.ts'
import { text } from '../../parameter-type.ts'
import { resultSize, resultSizeMeaning } from '../result-size.ts'
import { dynamicGroupColumns } from './dynamic-parameters.ts'
import { anyGroup } from './group-identity.ts'

export const getDynamicDistributionGroup = exchangeCmdlet({
  name: 'Get-DynamicDistributionGroup',
  synopsis: 'Shows a dynamic group, or those there are.',
  parameters: {
    Identity: anyGroup,
    Anr: optional(text, 'Groups whose name, display name, alias or address begins with this.'),
    Filter: optional(text, "Only groups whose properties fit, in OPATH: Alias -like 'info*'."),
    SortBy: optional(text, 'The property to sort by, from the least to the greatest.'),
    ResultSize: optional(resultSize, resultSizeMeaning),
  },
  columns: dynamicGroupColumns,
  names: 'Identity',
})
