import type { Migration } from '../../../storage/engine.ts'

/** Holds the keys of authorised URLs: where it is empty, new ones are made. */
export const urlKeyTable = 'mail_url_key'

/** RFC 4467 §2.2: secrets with which URLs of a folder's messages are authorised. */
export const urlKeyMigration: Migration = {
  number: 270,
  name: 'keys of authorised URLs',
  up: ({ bytes, integer }) => [
    `create table mail_url_key (
      folder ${integer} primary key,
      mailbox ${integer} not null,
      key ${bytes} not null
    )`,
  ],
}
