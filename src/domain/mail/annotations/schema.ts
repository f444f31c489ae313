import type { Migration } from '../../../storage/engine.ts'

/** RFC 5464: what clients noted about a folder, or, where it is 0, about the mailbox. */
export const annotationMigration: Migration = {
  number: 251,
  name: 'annotations',
  up: ({ name, bytes, integer }) => [
    `create table mail_annotation (
      mailbox ${integer} not null,
      folder ${integer} not null,
      entry text not null,
      value ${bytes} not null,
      primary key (mailbox, folder, entry)
    )${name === 'sqlite' ? ' without rowid' : ''}`,
  ],
}
