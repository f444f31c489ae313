import { exchangeCmdlet, optional } from '../../cmdlet.ts'
import { text } from '../../parameter-type.ts'
import { groupColumns } from '../columns.ts'
import { anyGroup } from './group-identity.ts'
import { resultSize, resultSizeMeaning } from '../result-size.ts'

export const getDistributionGroup = exchangeCmdlet({
  name: 'Get-DistributionGroup',
  synopsis: 'Shows a group, or the groups there are.',
  parameters: {
    Identity: anyGroup,
    Anr: optional(text, 'Groups whose name, display name, alias or address begins with this.'),
    Filter: optional(text, "Only groups whose properties fit, in OPATH: Alias -like 'info*'."),
    SortBy: optional(text, 'The property to sort by, from the least to the greatest.'),
    ResultSize: optional(resultSize, resultSizeMeaning),
  },
  columns: groupColumns,
  names: 'Identity',
})
