import {
  addExchangePrincipal,
  addPrincipal,
  addSecret,
  allowMailbox,
  fetchToken,
  grantAppRole,
  registerApp,
} from '../../../access/command-line.ts'
import { roleFor } from '../../../access/links/role-for.ts'
import type { TenantId } from '../../../core/ids.ts'
import type { ServicePrincipal } from '../../../domain/directory/types.ts'
import type { BasicUse } from './report.ts'

/** Ids that the commands before will have told. */
const app = 'NEW-APP-OBJECT-ID'
const client = 'NEW-CLIENT-ID'
const principal = 'NEW-SERVICE-PRINCIPAL-ID'

/** What takes the password's place, in words and as commands in the order in which to type them. */
export function replacementOf(
  { mailbox, exists, protocol, client: name }: BasicUse,
  tenant: TenantId,
  exchange: ServicePrincipal | undefined,
): { readonly words: string; readonly commands: readonly string[] } {
  if (mailbox === '') return { words: 'Not told apart: there were too many on that day.', commands: [] }
  if (!exists) return { words: 'Nothing: there is no such mailbox.', commands: [] }
  const wanted = roleFor[protocol].role
  const role = exchange?.appRoles.find(({ value }) => value === wanted)
  return {
    words: `An app with ${wanted}, consented to, and FullAccess to the mailbox; it signs in with XOAUTH2.`,
    commands: [
      registerApp(name === '' ? `Program of ${mailbox}` : name),
      addSecret(app),
      addPrincipal(client),
      ...(exchange && role ? [grantAppRole(principal, exchange.id, role.id)] : []),
      addExchangePrincipal(client, principal),
      allowMailbox(mailbox, principal),
      fetchToken(tenant, client),
    ],
  }
}
