import type { Migration } from '../../../storage/engine.ts'

/** Mailboxes of which nothing is lost, with what is kept of them, and messages that are in no folder any more. */
export const recoverableMigration: Migration = {
  number: 254,
  name: 'messages that are kept though they were deleted',
  up: ({ integer, identity }) => [
    `create table mail_hold (
      mailbox ${integer} primary key,
      held ${integer} not null,
      items ${integer} not null,
      octets ${integer} not null
    )`,
    `create table mail_recoverable (
      id ${identity},
      mailbox ${integer} not null,
      message ${integer} not null,
      octets ${integer} not null,
      folder text not null,
      system ${integer} not null,
      keywords text not null,
      at ${integer} not null
    )`,
    `create index mail_recoverable_mailbox on mail_recoverable (mailbox, id)`,
    `create index mail_recoverable_message on mail_recoverable (message)`,
    `create index mail_recoverable_at on mail_recoverable (at)`,
  ],
}

/** How long: `retains` from when it was deleted; on hold for ever, or for `held_for` from when it was received. */
export const keepRuleMigration: Migration = {
  number: 255,
  name: 'how long messages are kept though they were deleted',
  up: ({ integer }) => [
    `alter table mail_hold add column held_for ${integer}`,
    `alter table mail_hold add column recovers ${integer} not null default 0`,
    `alter table mail_hold add column retains ${integer} not null default ${14 * 86_400_000}`,
    `drop index mail_recoverable_at`,
    `create index mail_recoverable_due on mail_recoverable (mailbox, at)`,
  ],
}

/** When they were received, so that of a great many on hold those that it no longer covers are found at once. */
export const keptReceivedMigration: Migration = {
  number: 256,
  name: 'when messages were received that are kept',
  up: ({ integer }) => [
    `alter table mail_recoverable add column received ${integer} not null default 0`,
    `update mail_recoverable set received =
      coalesce((select received_at from mail_message where mail_message.id = mail_recoverable.message), 0)`,
    `create index mail_recoverable_received on mail_recoverable (mailbox, received)`,
  ],
}
