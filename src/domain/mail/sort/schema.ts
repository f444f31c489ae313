import type { Migration } from '../../../storage/engine.ts'

/** What messages are sorted and threaded by, apart from their wide rows. Messages that have none yet are given some when they are first sorted. */
export const sortMigration: Migration = {
  number: 250,
  name: 'sort keys',
  up: ({ integer }) => [
    `create table mail_sort_key (
      message ${integer} primary key references mail_message (id) on delete cascade,
      arrival ${integer} not null,
      date ${integer} not null,
      size ${integer} not null,
      subject text not null,
      reply ${integer} not null,
      sender text not null,
      recipient text not null,
      copied text not null,
      display_from text not null,
      display_to text not null,
      message_id text not null,
      refs text not null
    )`,
  ],
}
