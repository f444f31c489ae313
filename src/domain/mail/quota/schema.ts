import type { Migration } from '../../../storage/engine.ts'

/** What an administrator has set for single mailboxes; where there is no row, or nothing in it, what holds for all counts. */
export const quotaMigration: Migration = {
  number: 252,
  name: 'quotas',
  up: ({ integer }) => [
    `create table mail_quota (
      mailbox ${integer} primary key,
      octets ${integer},
      messages ${integer}
    )`,
  ],
}

/** How near to their limits mailboxes were known to be, and since when. */
export const quotaLevelMigration: Migration = {
  number: 253,
  name: 'how near to their quota mailboxes are',
  up: ({ integer }) => [
    `create table mail_quota_level (
      mailbox ${integer} primary key,
      level ${integer} not null,
      at ${integer} not null
    )`,
  ],
}
