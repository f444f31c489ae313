import type { Migration } from '../../../storage/engine.ts'

/** Attachments that arrive in pieces, and the pieces that have arrived. */
export const uploadMigrations: readonly Migration[] = [
  {
    number: 289,
    name: 'upload sessions',
    up: ({ integer }) => [
      // `digest` is that of the secret in the session's URL. `attachment` is set once the attachment is added.
      `create table mail_upload (
        id text primary key,
        mailbox ${integer} not null,
        origin_folder ${integer} not null,
        origin_uid ${integer} not null,
        digest text not null,
        authority text not null,
        app text not null,
        name text not null,
        content_type text not null,
        is_inline ${integer} not null,
        content_id text,
        octets ${integer} not null,
        received ${integer} not null,
        last_start ${integer} not null,
        expires_at ${integer} not null,
        attachment text
      )`,
      'create index mail_upload_mailbox on mail_upload (mailbox)',
      'create index mail_upload_app on mail_upload (app)',
      'create index mail_upload_expires on mail_upload (expires_at)',
      `create table mail_upload_piece (
        upload text not null,
        start ${integer} not null,
        octets ${integer} not null,
        blob text not null,
        primary key (upload, start)
      )`,
      'create index mail_upload_piece_blob on mail_upload_piece (blob)',
    ],
  },
]
