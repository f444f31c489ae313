import { getAcceptedDomain as declaration } from '../../../../cmdlets/exchange/domains/get-accepted-domain.ts'
import { command } from '../../command.ts'
import { acceptedDomainOutput } from '../../objects/accepted-domain.ts'
import { notFound } from '../../refusals.ts'

export const getAcceptedDomain = command({
  declaration,
  role: 'Mail Recipients',
  async run({ tenant }, { Identity }) {
    const wanted = Identity?.toLowerCase()
    const chosen = tenant.domains.filter((domain) => wanted === undefined || domain === wanted)
    if (chosen.length === 0) notFound(tenant, Identity ?? '')
    return chosen.map((domain) => acceptedDomainOutput(tenant, domain))
  },
})
