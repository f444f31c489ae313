import type { Cmdlet } from '../../cmdlet.ts'
import { addDistributionGroupMember } from './add-distribution-group-member.ts'
import { getDistributionGroupMember } from './get-distribution-group-member.ts'
import { getDistributionGroup } from './get-distribution-group.ts'
import { newDistributionGroup } from './new-distribution-group.ts'
import { removeDistributionGroupMember } from './remove-distribution-group-member.ts'
import { removeDistributionGroup } from './remove-distribution-group.ts'
import { setDistributionGroup } from './set-distribution-group.ts'

export const groupsCmdlets: readonly Cmdlet[] = [
  addDistributionGroupMember,
  getDistributionGroupMember,
  getDistributionGroup,
  newDistributionGroup,
  removeDistributionGroupMember,
  removeDistributionGroup,
  setDistributionGroup,
]
