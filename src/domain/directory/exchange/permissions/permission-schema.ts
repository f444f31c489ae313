import type { Migration } from '../../../../storage/engine.ts'

/** contract/exchange-admin §2 */
export const permissionMigrations: readonly Migration[] = [
  {
    number: 152,
    name: 'permissions outlive their trustees, and are kept with a removed mailbox',
    up: ({ integer }) => [
      `create table directory_permission_kept (
        mailbox ${integer} not null,
        trustee_kind text not null,
        trustee text not null,
        sid text not null,
        deny ${integer} not null,
        rights text not null,
        inheritance text not null,
        since ${integer} not null,
        revision ${integer} not null,
        primary key (mailbox, trustee, deny)
      )`,
      `insert into directory_permission_kept
        select p.mailbox, p.trustee_kind, p.trustee, coalesce(u.sid, e.sid, g.sid, ''), p.deny, p.rights, p.inheritance,
          p.since, p.revision ${named('directory_permission')}`,
      `drop table directory_permission`,
      `alter table directory_permission_kept rename to directory_permission`,
      `create index directory_permission_trustee on directory_permission (trustee)`,
      `create table directory_send_as_kept (
        mailbox ${integer} not null,
        trustee_kind text not null,
        trustee text not null,
        sid text not null,
        deny ${integer} not null,
        revision ${integer} not null,
        primary key (mailbox, trustee, deny)
      )`,
      `insert into directory_send_as_kept
        select p.mailbox, p.trustee_kind, p.trustee, coalesce(u.sid, e.sid, g.sid, ''), p.deny, p.revision
        ${named('directory_send_as')}`,
      `drop table directory_send_as`,
      `alter table directory_send_as_kept rename to directory_send_as`,
      `create index directory_send_as_trustee on directory_send_as (trustee)`,
    ],
  },
  {
    number: 153,
    name: 'owners of mailboxes',
    up: ({ integer }) => [
      `create table directory_mailbox_owner (
        mailbox ${integer} primary key,
        trustee_kind text not null,
        trustee text not null,
        sid text not null
      )`,
    ],
  },
]

const named = (table: string): string => `from ${table} p
  left join directory_user u on u.id = p.trustee
  left join directory_exchange_principal e on e.guid = p.trustee
  left join directory_group g on g.guid = p.trustee`
