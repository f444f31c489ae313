import * as declared from '../../../cmdlets/exchange/accepted-domains.ts'
import type { Tenant, TenantDomain } from '../../../domain/directory/types.ts'
import { type CmdletContext, command } from '../command.ts'
import { metadata, type Output } from '../objects/output.ts'
import { notFound, wrongParameters } from '../failure.ts'

export const getAcceptedDomain = command({
  declaration: declared.getAcceptedDomain,
  role: 'Mail Recipients',
  async run(context, { Identity }) {
    const found = Identity === undefined ? await acceptedDomains(context) : [await findDomain(context, Identity)]
    return found.map((domain) => acceptedDomainOutput(context.tenant, domain))
  },
})

export const newAcceptedDomain = command({
  declaration: declared.newAcceptedDomain,
  role: 'Organization Transport Settings',
  async run({ directory, tenant }, { Name: acceptedName, DomainName: domain }) {
    return [acceptedDomainOutput(tenant, await directory.domains.accept(tenant.id, { domain, acceptedName }))]
  },
})

export const removeAcceptedDomain = command({
  declaration: declared.removeAcceptedDomain,
  role: 'Organization Transport Settings',
  async run(context, { Identity }) {
    const { name } = await findDomain(context, Identity)
    await context.directory.domains.remove(context.tenant.id, name)
    return []
  },
})

export const setAcceptedDomain = command({
  declaration: declared.setAcceptedDomain,
  role: 'Organization Transport Settings',
  async run(context, { Identity, MakeDefault }) {
    const { name, isDefault } = await findDomain(context, Identity)
    if (MakeDefault === true) await context.directory.domains.makeDefault(context.tenant.id, name)
    if (MakeDefault === false && isDefault) {
      wrongParameters(`'${name}' is the default domain: make another domain the default one.`)
    }
    return []
  },
})

const acceptedDomains = async ({ directory, tenant }: CmdletContext): Promise<readonly TenantDomain[]> =>
  (await directory.domains.all(tenant.id)).filter(({ isVerified }) => isVerified)

async function findDomain(context: CmdletContext, named: string): Promise<TenantDomain> {
  const requested = named.toLowerCase()
  const found = (await acceptedDomains(context)).find(
    ({ name, acceptedName }) => name === requested || acceptedName.toLowerCase() === requested,
  )
  return found ?? notFound(context.tenant, named)
}

/**
 * docs/reference/exchange-admin.md §9.6. An address that has no mailbox here has none at all: every domain is
 * authoritative.
 */
const acceptedDomainOutput = (tenant: Tenant, domain: TenantDomain): Output => ({
  Name: domain.acceptedName,
  DomainName: domain.name,
  DomainType: 'Authoritative',
  Default: domain.isDefault,
  InitialDomain: domain.isInitial,
  MatchSubDomains: false,
  AddressBookEnabled: true,
  AuthenticationType: 'Managed',
  CatchAllRecipientID: null,
  EmailOnly: false,
  ExternallyManaged: false,
  OutboundOnly: false,
  PendingCompletion: false,
  PendingRemoval: false,
  Identity: domain.acceptedName,
  Id: domain.acceptedName,
  ...metadata(tenant, {
    name: domain.acceptedName,
    created: domain.created ?? tenant.created,
    changed: domain.created ?? tenant.created,
  }),
  ObjectClass: ['top', 'msExchAcceptedDomain'],
})
