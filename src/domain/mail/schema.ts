import { DAY } from '../../core/time.ts'
import type { Migration } from '../../storage/engine.ts'
import { itemMigrations } from './items/item-schema.ts'
import { uploadMigrations } from './uploads/upload-schema.ts'

/**
 * Texts of messages, many in one segment. Texts belong to the content, so that copies and moves share them. Only
 * `mail_text.blob` names the octets of a segment.
 */
const textMigration: Migration = {
  number: 230,
  name: 'texts',
  up: ({ integer, identity, clustered }) => {
    return [
      // `live` is the number of messages that still exist. `columns` locates each column in the octets, as JSON.
      `create table mail_text (
        id ${identity},
        kind ${integer} not null,
        format ${integer} not null,
        blob text not null,
        columns text not null,
        messages ${integer} not null,
        live ${integer} not null
      )`,
      // A slot whose segment does not exist has no texts.
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

/** Messages with larger UIDs may have no texts yet. A change of the format of texts resets these marks. */
const textMarkMigration: Migration = {
  number: 262,
  name: 'how far texts are made',
  up: ({ integer }) => [
    `alter table mail_folder add column header_texts ${integer} not null default 0`,
    `alter table mail_folder add column body_texts ${integer} not null default 0`,
    // The messages of the segment, as JSON.
    'alter table mail_text add column held text',
  ],
}

/** The mailboxes that texts and deleted folders belong to. Old rows get theirs from their messages, or else are 0. */
const ownerMigration: Migration = {
  number: 281,
  name: 'owners of texts and deleted folders',
  up: ({ integer }) => [
    `alter table mail_text add column mailbox ${integer} not null default 0`,
    `create table mail_text_owner as select t.segment, min(m.mailbox) as mailbox
      from mail_text_slot t join mail_message m on m.id = t.message group by t.segment`,
    'create unique index mail_text_owner_segment on mail_text_owner (segment)',
    `update mail_text set mailbox = coalesce((select o.mailbox from mail_text_owner o where o.segment = mail_text.id), 0)`,
    'drop table mail_text_owner',
    `alter table mail_litter add column mailbox ${integer} not null default 0`,
    `update mail_litter set mailbox = coalesce((select m.mailbox from mail_state s join mail_message m on m.id = s.message
      where s.folder = mail_litter.folder order by s.uid limit 1), 0)`,
  ],
}

/** The sum of the jumps of all numbers, and of those that each mailbox has made. */
const jumpMigration: Migration = {
  number: 282,
  name: 'jumps of numbers',
  up: ({ integer }) => [
    `create table mail_numbers (one ${integer} primary key, jump ${integer} not null)`,
    `alter table mail_mailbox add column jumped ${integer} not null default 0`,
  ],
}

/** RFC 1939 §3: the POP3 sessions that have the lock of their maildrop, and until when it lasts without renewal. */
const maildropMigration: Migration = {
  number: 283,
  name: 'locks of maildrops',
  up: ({ integer }) => [
    `create table mail_maildrop (
      mailbox ${integer} primary key,
      holder text not null,
      until ${integer} not null
    )`,
  ],
}

/** From here on, texts of addresses hold each address without its comments. All texts are made again. */
const textAddressMigration: Migration = {
  number: 280,
  name: 'texts with plain addresses',
  up: () => ['update mail_folder set header_texts = 0, body_texts = 0'],
}

/** RFC 4467 §2.2: secrets that authorize URLs of a folder's messages. */
const urlKeyMigration: Migration = {
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

/** The new columns are null in existing messages until the values are known. */
const threadMigration: Migration = {
  number: 261,
  name: 'threads, previews, when messages were saved',
  up: ({ integer, clustered }) => [
    'alter table mail_message add column thread_id text',
    'alter table mail_message add column preview text',
    `alter table mail_state add column saved_at ${integer}`,
    'create index mail_message_unread on mail_message (id) where thread_id is null',
    // Threads by the digests of message identifiers. Each digest occurs once.
    `create table mail_thread (
      mailbox ${integer} not null,
      ref text not null,
      message ${integer} not null references mail_message (id) on delete cascade,
      thread text not null,
      primary key (mailbox, ref)
    )${clustered}`,
    'create index mail_thread_message on mail_thread (message)',
  ],
}

/**
 * Keys for sorting and threading, apart from the wide rows. Existing messages get theirs when they are first sorted.
 */
const sortMigration: Migration = {
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

/** Mailboxes on hold, with the number and size of kept messages, and the kept messages, which are in no folder. */
const recoverableMigration: Migration = {
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

/**
 * How long messages are kept: for `retains` after the deletion; on hold, for ever or for `held_for` after they were
 * received.
 */
const keepRuleMigration: Migration = {
  number: 255,
  name: 'how long messages are kept though they were deleted',
  up: ({ integer }) => [
    `alter table mail_hold add column held_for ${integer}`,
    `alter table mail_hold add column recovers ${integer} not null default 0`,
    `alter table mail_hold add column retains ${integer} not null default ${14 * DAY}`,
    `drop index mail_recoverable_at`,
    `create index mail_recoverable_due on mail_recoverable (mailbox, at)`,
  ],
}

/** The time of receipt, so that messages that a hold no longer covers are found by an index. */
const recoverableReceivedMigration: Migration = {
  number: 256,
  name: 'when messages were received that are kept',
  up: ({ integer }) => [
    `alter table mail_recoverable add column received ${integer} not null default 0`,
    `update mail_recoverable set received =
      coalesce((select received_at from mail_message where mail_message.id = mail_recoverable.message), 0)`,
    `create index mail_recoverable_received on mail_recoverable (mailbox, received)`,
  ],
}

/** Quotas of single mailboxes. Without a row or a value, the common quota applies. */
const quotaMigration: Migration = {
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

/** The last known quota level of a mailbox, and since when. */
const quotaLevelMigration: Migration = {
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

/** RFC 5464: annotations of a folder, or of the mailbox if the folder is 0. */
const annotationMigration: Migration = {
  number: 251,
  name: 'annotations',
  up: ({ bytes, integer, clustered }) => [
    `create table mail_annotation (
      mailbox ${integer} not null,
      folder ${integer} not null,
      entry text not null,
      value ${bytes} not null,
      primary key (mailbox, folder, entry)
    )${clustered}`,
  ],
}

/**
 * The tables of the mailbox store. A message's content is written once and never updated. `mail_state` holds what can
 * change, and places the message in a folder: copies share their content.
 */
export const mailMigrations: readonly Migration[] = [
  {
    number: 200,
    name: 'mailboxes, folders, messages, journal',
    up: ({ bytes, integer, identity, clustered, busy }) => {
      return [
        // Lines up to the tail may be deleted. The bulk is the sum of the long lines.
        `create table mail_mailbox (
          mailbox ${integer} primary key,
          modseq ${integer} not null,
          uidvalidity ${integer} not null,
          journal_tail ${integer} not null,
          journal_bulk ${integer} not null
        )${busy(50)}`,
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
        )${busy(50)}`,
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
        )${clustered}${busy(80)}`,
        `create index mail_state_message on mail_state (message)`,
        // Keywords of a folder, in the case first used.
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
        // Deleted folders whose messages are still to be removed.
        `create table mail_litter (folder ${integer} primary key)`,
      ]
    },
  },
  {
    number: 201,
    name: 'packed indexes',
    up: ({ bytes, integer }) => {
      return [
        // The index of a folder at a mod-sequence, packed for fast reading.
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
      // Unchanging data of messages with neighbouring UIDs, packed for fast reading.
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
  recoverableReceivedMigration,
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
  ownerMigration,
  jumpMigration,
  maildropMigration,
  ...itemMigrations,
  ...uploadMigrations,
]

/** Holds the keys of authorized URLs. If it is empty, new keys are created. */
export const urlKeyTable = 'mail_url_key'

/** They hold packed copies of other rows. If they are empty, they are packed again. */
export const packedTables: readonly string[] = ['mail_index', 'mail_index_chunk', 'mail_metadata']
