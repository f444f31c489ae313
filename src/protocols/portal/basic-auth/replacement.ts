import {
  addExchangePrincipal,
  addPrincipal,
  addSecret,
  allowMailbox,
  fetchToken,
  grantAppRole,
  registerApp,
  showApp,
} from '../../../access/records/command-line.ts'
import { roleFor } from '../../../access/checks/assignments.ts'
import type { TenantId } from '../../../core/ids.ts'
import type { ServicePrincipal } from '../../../domain/directory/types.ts'
import type { BasicProgram } from './report.ts'

/** Ids that the commands before tell, by names that need no quotes: quoted, a variable would not be one. */
const [app, client, principal] = ['NEW-ID', 'NEW-APP', 'NEW-SP'] as const
const variables: ReadonlyMap<string, string> = new Map([
  [app, '$ID'],
  [client, '$APP'],
  [principal, '$SP'],
])

const SECRET_FILE = 'program.secret'

/**
 * Returns the replacement for the password, as text and as commands for a POSIX shell with jq, to run in this order.
 */
export function replacementOf(
  { mailbox, exists, protocols, client: name }: Pick<BasicProgram, 'mailbox' | 'exists' | 'protocols' | 'client'>,
  tenant: TenantId,
  exchange: ServicePrincipal | undefined,
): { readonly words: string; readonly commands: readonly string[] } {
  if (mailbox === '') return { words: 'Not told apart: there were too many on that day.', commands: [] }
  if (!exists) return { words: 'Nothing: there is no such mailbox.', commands: [] }
  const names = protocols.map((protocol) => roleFor[protocol].role)
  const roles = exchange?.appRoles.filter(({ value }) => names.some((name) => name === value)) ?? []
  return {
    words: `An app with ${names.join(' and ')}, consented to, and FullAccess to the mailbox; it signs in with XOAUTH2.`,
    commands: [
      kept('ID', registerApp(name === '' ? `Program of ${mailbox}` : name), 'id'),
      kept('APP', filled(showApp(app)), 'appId'),
      `(umask 077; ${answered(filled(addSecret(app)), 'secretText')} >${SECRET_FILE})`,
      kept('SP', filled(addPrincipal(client)), 'id'),
      ...roles.map(({ id }) => filled(grantAppRole(principal, exchange!.id, id))),
      filled(addExchangePrincipal(client, principal)),
      filled(allowMailbox(mailbox, principal)),
      filled(fetchToken(tenant, client)).replace('SECRET-FILE', SECRET_FILE),
    ],
  }
}

const answered = (command: string, property: string): string => `${command} --json | jq -r .${property}`

const kept = (variable: string, command: string, property: string): string =>
  `${variable}=$(${answered(command, property)})`

const filled = (command: string): string =>
  command
    .split(' ')
    .map((word) => variables.get(word) ?? word)
    .join(' ')
