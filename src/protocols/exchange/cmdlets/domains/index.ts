import type { Command } from '../../command.ts'
import { getAcceptedDomain } from './get-accepted-domain.ts'

export const domainsCommands: readonly Command[] = [getAcceptedDomain]
