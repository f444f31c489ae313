import type { Cmdlet } from '../../cmdlet.ts'
import { getServicePrincipal } from './get-service-principal.ts'
import { newServicePrincipal } from './new-service-principal.ts'
import { removeServicePrincipal } from './remove-service-principal.ts'
import { setServicePrincipal } from './set-service-principal.ts'

export const servicePrincipalsCmdlets: readonly Cmdlet[] = [
  getServicePrincipal,
  newServicePrincipal,
  removeServicePrincipal,
  setServicePrincipal,
]
