import type { Migration } from '../../storage/engine.ts'
import { textAddressMigration, textMarkMigration, textMigration } from './search/texts/schema.ts'
import { annotationMigration } from './annotations/schema.ts'
import { quotaLevelMigration, quotaMigration } from './quota/schema.ts'
import { keepRuleMigration, keptReceivedMigration, recoverableMigration } from './recoverable/schema.ts'
import { sortMigration } from './sort/schema.ts'
import { threadMigration } from './threads/schema.ts'
import { urlKeyMigration } from './url-keys/schema.ts'

/**
 * The mailbox store's tables. A message's content is written once and never updated; what can change about it lives in
 * the narrow `mail_state`, which is also what places it in a folder: copies share their content.
 */
export const mailMigrations: readonly Migration[] = [
  {
    number: 200,
    name: 'mailboxes, folders, messages, journal',
    up: ({ name, bytes, integer, identity }) => {
      const clustered = name === 'sqlite' ? ' without rowid' : ''
      return [
        // Lines up to the tail may be gone; the bulk is what long lines of the journal add up to.
        `create table mail_mailbox (
          mailbox ${integer} primary key,
          modseq ${integer} not null,
          uidvalidity ${integer} not null,
          journal_tail ${integer} not null,
          journal_bulk ${integer} not null
        )`,
        // The parent of a folder at the root is 0, so that names are unique there too.
        `create table mail_folder (
          id ${identity},
          mailbox ${integer} not null,
          parent ${integer} not null,
          name text not null,
          special_use text,
          uidvalidity ${integer} not null,
          uidnext ${integer} not null,
          modseq ${integer} not null,
          total ${integer} not null,
          unseen ${integer} not null,
          deleted ${integer} not null,
          octets ${integer} not null,
          first_recent ${integer} not null,
          unique (mailbox, parent, name)
        )`,
        `create table mail_subscription (
          mailbox ${integer} not null,
          name text not null,
          primary key (mailbox, name)
        )${clustered}`,
        `create table mail_message (
          id ${identity},
          mailbox ${integer} not null,
          blob text not null,
          octets ${integer} not null,
          line_octets ${integer} not null,
          received_at ${integer} not null,
          received_zone ${integer} not null,
          email_id text not null,
          sent_at ${integer},
          has_attachments ${integer} not null,
          subject text,
          sender_name text,
          sender_address text,
          message_id text,
          envelope ${bytes} not null,
          body ${bytes} not null,
          body_structure ${bytes} not null,
          structure text not null
        )`,
        `create table mail_state (
          folder ${integer} not null,
          uid ${integer} not null,
          message ${integer} not null,
          modseq ${integer} not null,
          system ${integer} not null,
          keywords text not null,
          primary key (folder, uid)
        )${clustered}`,
        `create index mail_state_message on mail_state (message)`,
        // Keywords that a folder has seen, in the case first used.
        `create table mail_keyword (
          folder ${integer} not null,
          folded text not null,
          name text not null,
          primary key (folder, folded)
        )${clustered}`,
        `create table mail_journal (
          mailbox ${integer} not null,
          modseq ${integer} not null,
          part ${integer} not null,
          at ${integer} not null,
          folder ${integer} not null,
          kind text not null,
          what text not null,
          primary key (mailbox, modseq, part)
        )${clustered}`,
        // Folders that are gone, whose messages are still to be cleared away.
        `create table mail_litter (folder ${integer} primary key)`,
      ]
    },
  },
  {
    number: 201,
    name: 'packed indexes',
    up: ({ bytes, integer }) => {
      return [
        // What the rows and the journal say about a folder's messages, packed for quick reading, as of a mod-sequence.
        `create table mail_index (
          folder ${integer} primary key,
          format ${integer} not null,
          mark ${integer} not null
        )`,
        `create table mail_index_chunk (
          folder ${integer} not null,
          chunk ${integer} not null,
          bytes ${bytes} not null,
          primary key (folder, chunk)
        )`,
      ]
    },
  },
  {
    number: 202,
    name: 'packed metadata',
    up: ({ bytes, integer }) => [
      // What never changes about messages with neighbouring UIDs, packed for quick reading.
      `create table mail_metadata (
        folder ${integer} not null,
        chunk ${integer} not null,
        part text not null,
        format ${integer} not null,
        bytes ${bytes} not null,
        primary key (folder, chunk, part)
      )`,
    ],
  },
  {
    number: 203,
    name: 'which bytes are named',
    up: () => [`create index mail_message_blob on mail_message (blob)`],
  },
  sortMigration,
  annotationMigration,
  quotaMigration,
  quotaLevelMigration,
  recoverableMigration,
  keepRuleMigration,
  keptReceivedMigration,
  textMigration,
  threadMigration,
  textMarkMigration,
  textAddressMigration,
  {
    number: 260,
    name: 'which bytes are texts',
    up: () => [`create index if not exists mail_text_blob on mail_text (blob)`],
  },
  urlKeyMigration,
]
