import { didYouMean } from '../../../core/did-you-mean.ts'
import type { HttpRequest } from '../../../core/http.ts'
import { isGuid } from '../../../core/ids.ts'
import type { App, Directory, Tenant } from '../../../domain/directory/types.ts'

/** The refusals for a path without a tenant, or with an unknown one. */
export const tenantCodes: ReadonlySet<string> = new Set(['50059', '90002', '900023', '9001023'])

const shared = new Set(['common', 'organizations', 'consumers'])

/** The app that a token request names, wherever it is registered. The client has not proved that it is this app. */
export async function namedApp({ apps }: Directory, { body, headers }: HttpRequest): Promise<App | undefined> {
  const text = Buffer.from(body).toString('latin1')
  const basic = /^basic +(\S+)$/i.exec(headers.authorization?.trim() ?? '')?.[1] ?? ''
  const inHeader = Buffer.from(basic, 'base64').toString('latin1').split(':')[0] ?? ''
  const clientId = /(?:^|&)client_id=([\da-f-]{36})(?:&|$)/i.exec(text)?.[1] ?? inHeader
  return isGuid(clientId) ? apps.findAnywhere(clientId.toLowerCase()) : undefined
}

/**
 * Says what a program should write in place of the tenant in the path. Only the administrators of `tenant` read it, so it
 * names domains of that tenant alone.
 */
export function tenantHint(segment: string, { id, domains }: Tenant, base: string | undefined): string {
  const name = domains[0] ?? id
  const authority = `${base ?? 'https://HOST'}/${name}`
  const inCode = `In MSAL set the authority to '${authority}'; in azure-identity set tenant_id to '${name}'.`
  if (shared.has(segment.toLowerCase())) {
    return `An app that signs in as itself has no user who tells its tenant, so the path has to name it. ${inCode}`
  }
  const meant = didYouMean(segment, [...domains, id]) ?? domains.find((domain) => isLabelOf(segment, domain))
  const question = meant === undefined ? `The app belongs to the tenant '${name}'.` : `Did you mean '${meant}'?`
  return `${question} ${inCode}`
}

/** Returns true for `contoso` or `contso` in place of `contoso.test`. */
const isLabelOf = (segment: string, domain: string): boolean =>
  didYouMean(segment, [domain.split('.', 1)[0] ?? '']) !== undefined
