import type { FlowRequest } from './pending-request.ts'

/** Where somebody came in with that, so that they can come in once more. */
export function toldUrl(told: FlowRequest, further: Readonly<Record<string, string>>): string {
  // A code is typed by who holds the device, and never comes with a link.
  if (told.kind === 'device') return '/devicelogin'
  const query = new URLSearchParams(told.query)
  for (const [name, value] of Object.entries(further)) query.set(name, value)
  return `${pathOf(told)}?${query.toString()}`
}

function pathOf({ kind, version, tenant }: FlowRequest): string {
  const segment = encodeURIComponent(tenant)
  if (kind === 'admin-consent') return version === 'v2' ? `/${segment}/v2.0/adminconsent` : `/${segment}/adminconsent`
  return version === 'v2' ? `/${segment}/oauth2/v2.0/authorize` : `/${segment}/oauth2/authorize`
}
