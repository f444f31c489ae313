import type { Guid, MailboxId, UserId } from '../../core/ids.ts'
import { ask, sql, type Statements } from '../../storage/engine.ts'

/** Inside a write: the service principal, with what it was granted and what was granted on it. */
export function* removeServicePrincipal(id: Guid): Statements<void> {
  yield* removeGrants(id)
  yield* ask(sql`delete from directory_service_principal where id = ${id}`)
}

/** Inside a write: the user, who cannot be had back. */
export function* removeUser(id: UserId): Statements<void> {
  yield* ask(sql`delete from directory_group_member where member = ${id}`)
  yield* setUserAside(id)
}

/**
 * Inside a write: the user, with what was granted to him, by him, and the count of his wrong passwords. On mailboxes
 * his entries stay, as they do in the real service: they are nobody's, unless he is had back. He is in his groups then,
 * too.
 */
export function* setUserAside(id: UserId): Statements<void> {
  yield* removeGrants(id)
  yield* ask(sql`delete from directory_failed_guesses where user_id = ${id}`)
  yield* ask(sql`delete from directory_familiar_network where user_id = ${id}`)
  yield* ask(sql`delete from directory_user where id = ${id}`)
}

/** Inside a write: the mailbox behind a user, if there is one. */
export function* removeMailboxOf(user: UserId): Statements<void> {
  const [mailbox] = yield* ask<{ id: MailboxId }>(sql`select id from directory_mailbox where user_id = ${user}`)
  if (!mailbox) return
  yield* removePermissionsOn(mailbox.id)
  yield* setMailboxAside(mailbox.id)
}

/** Inside a write: nobody finds the mailbox any more. What was permitted on it stays, to be had back with it. */
export function* setMailboxAside(id: MailboxId): Statements<void> {
  yield* ask(sql`delete from directory_address where mailbox = ${id}`)
  yield* ask(sql`delete from directory_mailbox where id = ${id}`)
}

/** Inside a write: what was permitted on a mailbox that nobody has back. */
export function* removePermissionsOn(id: MailboxId): Statements<void> {
  yield* ask(sql`delete from directory_permission where mailbox = ${id}`)
  yield* ask(sql`delete from directory_send_as where mailbox = ${id}`)
  yield* ask(sql`delete from directory_mailbox_owner where mailbox = ${id}`)
}

function* removeGrants(id: Guid): Statements<void> {
  yield* ask(sql`delete from directory_app_assignment where principal = ${id} or resource = ${id}`)
  yield* ask(sql`delete from directory_consent where client = ${id} or resource = ${id} or user_id = ${id}`)
  yield* ask(sql`delete from directory_role_holder where member = ${id}`)
  yield* ask(sql`delete from directory_app_owner where owner = ${id}`)
}
