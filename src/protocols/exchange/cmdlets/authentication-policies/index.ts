import type { Command } from '../../command.ts'
import { getAuthenticationPolicy } from './get-authentication-policy.ts'
import { newAuthenticationPolicy } from './new-authentication-policy.ts'
import { removeAuthenticationPolicy } from './remove-authentication-policy.ts'
import { setAuthenticationPolicy } from './set-authentication-policy.ts'

export const authenticationPoliciesCommands: readonly Command[] = [
  getAuthenticationPolicy,
  newAuthenticationPolicy,
  removeAuthenticationPolicy,
  setAuthenticationPolicy,
]
