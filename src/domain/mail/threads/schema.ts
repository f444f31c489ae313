import type { Migration } from '../../../storage/engine.ts'

/** What was not known yet is null in messages that were there before. */
export const threadMigration: Migration = {
  number: 261,
  name: 'threads, previews, when messages were saved',
  up: ({ name, integer }) => [
    'alter table mail_message add column thread_id text',
    'alter table mail_message add column preview text',
    `alter table mail_state add column saved_at ${integer}`,
    'create index mail_message_unread on mail_message (id) where thread_id is null',
    // Threads by what their messages, and those that they follow, are called; each name once.
    `create table mail_thread (
      mailbox ${integer} not null,
      ref text not null,
      message ${integer} not null references mail_message (id) on delete cascade,
      thread text not null,
      primary key (mailbox, ref)
    )${name === 'sqlite' ? ' without rowid' : ''}`,
    'create index mail_thread_message on mail_thread (message)',
  ],
}
