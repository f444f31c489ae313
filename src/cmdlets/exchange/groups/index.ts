import type { Cmdlet } from '../../cmdlet.ts'
import { addDistributionGroupMember } from './add-distribution-group-member.ts'
import { getDistributionGroupMember } from './get-distribution-group-member.ts'
import { getDistributionGroup } from './get-distribution-group.ts'
import { getDynamicDistributionGroupMember } from './get-dynamic-distribution-group-member.ts'
import { getDynamicDistributionGroup } from './get-dynamic-distribution-group.ts'
import { newDynamicDistributionGroup } from './new-dynamic-distribution-group.ts'
import { removeDynamicDistributionGroup } from './remove-dynamic-distribution-group.ts'
import { setDynamicDistributionGroup } from './set-dynamic-distribution-group.ts'
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
  getDynamicDistributionGroupMember,
  getDynamicDistributionGroup,
  newDynamicDistributionGroup,
  removeDynamicDistributionGroup,
  setDynamicDistributionGroup,
]
