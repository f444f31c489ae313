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
