import type { Cmdlet } from '../../cmdlet.ts'
import { getAcceptedDomain } from './get-accepted-domain.ts'

export const domainsCmdlets: readonly Cmdlet[] = [getAcceptedDomain]
