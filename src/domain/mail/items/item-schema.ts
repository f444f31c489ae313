import type { Migration } from '../../../storage/engine.ts'

/**
 * Where moved messages were first, and what Graph keeps about an item besides its message. A message without a row is
 * still where it was first, so a delivery writes nothing here.
 */
export const itemMigrations: readonly Migration[] = [
  {
    number: 284,
    name: 'items of Graph',
    up: ({ integer, clustered }) => [
      // `left_at` is the mod-sequence at which upkeep found no message there any more, and 0 before.
      `create table mail_item_origin (
        mailbox ${integer} not null,
        folder ${integer} not null,
        uid ${integer} not null,
        origin_folder ${integer} not null,
        origin_uid ${integer} not null,
        created_at ${integer} not null,
        left_at ${integer} not null,
        primary key (mailbox, folder, uid)
      )${clustered}`,
      'create index mail_item_origin_key on mail_item_origin (mailbox, origin_folder, origin_uid)',
      // Properties of an item, or of the folder if `origin_uid` is 0.
      `create table mail_item_property (
        mailbox ${integer} not null,
        origin_folder ${integer} not null,
        origin_uid ${integer} not null,
        name text not null,
        value text not null,
        primary key (mailbox, origin_folder, origin_uid, name)
      )${clustered}`,
      'create index mail_item_property_name on mail_item_property (mailbox, name)',
      // The octets of all properties of a mailbox.
      `create table mail_item_usage (
        mailbox ${integer} primary key,
        octets ${integer} not null
      )`,
    ],
  },
  {
    number: 285,
    name: 'importance of messages',
    // Null in messages that were stored before: they count as normal.
    up: ({ integer }) => [`alter table mail_message add column importance ${integer}`],
  },
]
