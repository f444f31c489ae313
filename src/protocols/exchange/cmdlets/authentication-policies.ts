import * as declared from '../../../cmdlets/exchange/authentication-policies.ts'
import type { basicSwitches } from '../../../cmdlets/exchange/authentication-policies.ts'
import type { AuthenticationPolicy, BasicProtocol, Tenant } from '../../../domain/directory/types.ts'
import { command, type CmdletContext } from '../command.ts'
import { metadata, type Output } from '../objects/output.ts'
import { notFound, wrongParameters } from '../failure.ts'

export const findAuthenticationPolicy = async (
  { directory, tenant }: CmdletContext,
  named: string,
): Promise<AuthenticationPolicy> =>
  (await directory.authenticationPolicies.find(tenant.id, named)) ?? notFound(tenant, named)

export const getAuthenticationPolicy = command({
  declaration: declared.getAuthenticationPolicy,
  role: 'Organization Configuration',
  async run(context, { Identity, AllowLegacyExchangeTokens }) {
    const { directory, tenant } = context
    const found =
      Identity === undefined
        ? await directory.authenticationPolicies.all(tenant.id)
        : [await findAuthenticationPolicy(context, Identity)]
    return found
      .filter(({ allowLegacyExchangeTokens }) => !AllowLegacyExchangeTokens || allowLegacyExchangeTokens)
      .map((policy) => authenticationPolicyOutput(tenant, policy))
  },
})

export const newAuthenticationPolicy = command({
  declaration: declared.newAuthenticationPolicy,
  role: 'Organization Configuration',
  async run({ directory, tenant }, given) {
    const policy = await directory.authenticationPolicies.create(tenant.id, {
      name: given.Name,
      allow: requestedSwitches(given),
      allowLegacyExchangeTokens: given.AllowLegacyExchangeTokens ?? false,
    })
    return [authenticationPolicyOutput(tenant, policy)]
  },
})

export const removeAuthenticationPolicy = command({
  declaration: declared.removeAuthenticationPolicy,
  role: 'Organization Configuration',
  async run(context, { Identity }) {
    const { guid } = await findAuthenticationPolicy(context, Identity)
    await context.directory.authenticationPolicies.remove(context.tenant.id, guid)
    return []
  },
})

export const setAuthenticationPolicy = command({
  declaration: declared.setAuthenticationPolicy,
  role: 'Organization Configuration',
  async run(context, { AllowLegacyExchangeTokens: allow, BlockLegacyExchangeTokens: block, ...given }) {
    const { directory, tenant } = context
    if (allow && block) wrongParameters('-AllowLegacyExchangeTokens and -BlockLegacyExchangeTokens exclude each other.')
    const { guid } = await findAuthenticationPolicy(context, given.Identity)
    const tokens = allow ?? (block === undefined ? undefined : !block)
    await directory.authenticationPolicies.update(tenant.id, guid, {
      allow: requestedSwitches(given),
      ...(tokens === undefined ? {} : { allowLegacyExchangeTokens: tokens }),
    })
    return []
  },
})

/** docs/reference/exchange-admin.md §4. */
const authenticationPolicyOutput = (tenant: Tenant, policy: AuthenticationPolicy): Output => ({
  ...Object.fromEntries(protocolsWithSwitch.map((protocol) => [switchOf[protocol], policy.allowed.has(protocol)])),
  AllowLegacyExchangeTokens: policy.allowLegacyExchangeTokens,
  Name: policy.name,
  Identity: policy.name,
  Id: policy.name,
  Guid: policy.guid,
  ExchangeObjectId: policy.guid,
  ...metadata(tenant, policy),
  ObjectClass: ['top', 'msExchAuthPolicy'],
})

/** The parameter of each protocol. */
const switchOf = {
  ActiveSync: 'AllowBasicAuthActiveSync',
  Autodiscover: 'AllowBasicAuthAutodiscover',
  Imap: 'AllowBasicAuthImap',
  Mapi: 'AllowBasicAuthMapi',
  OfflineAddressBook: 'AllowBasicAuthOfflineAddressBook',
  OutlookService: 'AllowBasicAuthOutlookService',
  Pop: 'AllowBasicAuthPop',
  Powershell: 'AllowBasicAuthPowershell',
  ReportingWebServices: 'AllowBasicAuthReportingWebServices',
  Rpc: 'AllowBasicAuthRpc',
  Smtp: 'AllowBasicAuthSmtp',
  WebServices: 'AllowBasicAuthWebServices',
} as const satisfies Readonly<Record<BasicProtocol, keyof typeof basicSwitches>>

const protocolsWithSwitch = Object.keys(switchOf) as readonly BasicProtocol[]

type Switches = { readonly [Name in keyof typeof basicSwitches]?: boolean }

/** The switches that were given. */
const requestedSwitches = (given: Switches): Partial<Record<BasicProtocol, boolean>> =>
  Object.fromEntries(
    protocolsWithSwitch.flatMap((protocol) => {
      const value = given[switchOf[protocol]]
      return value === undefined ? [] : [[protocol, value]]
    }),
  )
