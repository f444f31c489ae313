import { idOf } from '../../access/rights.ts'
import type { Credential, Entry } from '../../access/types.ts'
import type { Refusal } from '../../core/refusal.ts'
import type { CheckName } from '../../domain/audit/types.ts'
import type { LineSession } from './session.ts'

/** The credential that a client presents, and the mailbox that it asks for. */
export interface SignInClaim {
  readonly credential: Credential
  readonly address: string | undefined
}

type GrantedEntry = Extract<Entry, { granted: true }>

/** Asks access for the decision, once. */
export async function requestEntry(
  { deps, protocol, peer, connection }: LineSession,
  { credential, address }: SignInClaim,
  client?: string,
): Promise<Entry> {
  await connection.turn()
  return deps.access.enter({ credential, protocol, address, from: peer, ...(client !== undefined && { client }) })
}

/**
 * Counts the connection for the caller. Gives the function that ends the entry; undefined, with the entry ended, if the
 * caller has as many connections as one caller may have.
 */
export function admit({ connection }: LineSession, entry: GrantedEntry): (() => void) | undefined {
  const leave = connection.signIn(idOf(entry.caller))
  if (!leave) {
    entry.leave()
    return undefined
  }
  return () => {
    leave()
    entry.leave()
  }
}

/**
 * Records a SASL response that could not be decoded, if the codec could say what is wrong with it. `wire`: the reply.
 */
export async function recordUnread(
  { deps, protocol, peer }: LineSession,
  { detail }: Refusal,
  wire: string,
): Promise<void> {
  const { fault, user } = detail
  if (fault !== undefined) await deps.access.unread({ protocol, address: user, from: peer, fault, wire })
}

/** Whether the credential was good, and only the mailbox does not open: another token would not help. */
export const isAboutMailbox = (failed: CheckName): boolean =>
  failed === 'mailbox' || failed === 'protocolEnabled' || failed === 'mailboxPermission'
