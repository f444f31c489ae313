import type { Command } from '../../command.ts'
import { getOrganizationConfig } from './get-organization-config.ts'
import { getTransportConfig } from './get-transport-config.ts'
import { setOrganizationConfig } from './set-organization-config.ts'
import { setTransportConfig } from './set-transport-config.ts'

export const organizationCommands: readonly Command[] = [
  getOrganizationConfig,
  getTransportConfig,
  setOrganizationConfig,
  setTransportConfig,
]
