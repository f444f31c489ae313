import type { Migration } from '../../../../storage/engine.ts'

/**
 * Texts of messages, many in a segment. They are kept by content, so that copies and moves share them. A segment's bytes
 * are named by `mail_text.blob` and by no other row.
 */
export const textMigration: Migration = {
  number: 230,
  name: 'texts',
  up: ({ name, integer, identity }) => {
    const clustered = name === 'sqlite' ? ' without rowid' : ''
    return [
      // Of so many messages some may be gone. The columns say where in the bytes each lies, as JSON.
      `create table mail_text (
        id ${identity},
        kind ${integer} not null,
        format ${integer} not null,
        blob text not null,
        columns text not null,
        messages ${integer} not null,
        live ${integer} not null
      )`,
      // Whose segment is not there has no texts.
      `create table mail_text_slot (
        message ${integer} not null,
        kind ${integer} not null,
        segment ${integer} not null,
        slot ${integer} not null,
        primary key (message, kind)
      )${clustered}`,
    ]
  },
}

/** Of messages with larger UIDs it is not known that they have texts; whoever changes the form of texts sets this back. */
export const textMarkMigration: Migration = {
  number: 262,
  name: 'how far texts are made',
  up: ({ integer }) => [
    `alter table mail_folder add column header_texts ${integer} not null default 0`,
    `alter table mail_folder add column body_texts ${integer} not null default 0`,
    // The messages that a segment was made of, as JSON.
    'alter table mail_text add column held text',
  ],
}

/** Texts of addresses hold each address without its comments from here on: all texts are made again. */
export const textAddressMigration: Migration = {
  number: 280,
  name: 'texts with plain addresses',
  up: () => ['update mail_folder set header_texts = 0, body_texts = 0'],
}
