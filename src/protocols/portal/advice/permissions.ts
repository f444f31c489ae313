import type { GraphPermission } from '../../../access/types.ts'

/** Each allows what those before it do. */
const reading = ['Mail.ReadBasic', 'Mail.Read', 'Mail.ReadWrite'] as const satisfies readonly GraphPermission[]

/** The fewest and least that cover all of these. */
export function least(needed: readonly GraphPermission[]): readonly GraphPermission[] {
  const most = reading.findLast((permission) => needed.includes(permission))
  return [...(most ? [most] : []), ...(needed.includes('Mail.Send') ? (['Mail.Send'] as const) : [])]
}

/** How the permission is called where an app is to have it by consent, for every mailbox of the tenant. */
export const consented = (permission: GraphPermission): string =>
  permission === 'Mail.ReadBasic' ? 'Mail.ReadBasic.All' : permission

/** contract/exchange-admin §7: the role by which an app has it for the mailboxes of a scope alone. */
export const roleFor = (permission: GraphPermission): string => `Application ${permission}`
