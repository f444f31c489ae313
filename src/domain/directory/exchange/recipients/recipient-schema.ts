import type { Migration } from '../../../../storage/engine.ts'

/** Recipients that are no mailboxes, and what mailboxes are told: contract/exchange-admin §2, §3. */
export const recipientMigrations: readonly Migration[] = [
  {
    number: 140,
    name: 'distribution groups',
    up: ({ integer }) => [
      `create table directory_group (
        guid text primary key,
        tenant text not null references directory_tenant (id),
        object_id text not null,
        sid text not null,
        name text not null,
        name_key text not null,
        alias text not null,
        alias_key text not null,
        display_name text not null,
        display_key text not null,
        primary_address text not null,
        addresses text not null,
        type text not null,
        hidden ${integer} not null,
        created ${integer} not null,
        changed ${integer} not null,
        revision ${integer} not null,
        unique (tenant, object_id),
        unique (tenant, name_key),
        unique (tenant, alias_key)
      )`,
      `create index directory_group_display on directory_group (tenant, display_key)`,
      `create table directory_group_address (
        tenant text not null,
        address_key text not null,
        group_guid text not null references directory_group (guid),
        primary key (tenant, address_key)
      )`,
      `create index directory_group_address_group on directory_group_address (group_guid)`,
      `create table directory_group_member (
        group_guid text not null references directory_group (guid),
        member text not null,
        revision ${integer} not null,
        primary key (group_guid, member)
      )`,
      `create index directory_group_member_member on directory_group_member (member)`,
    ],
  },
  {
    number: 141,
    name: 'who may send as a mailbox',
    up: ({ integer }) => [
      `create table directory_send_as (
        mailbox ${integer} not null references directory_mailbox (id),
        trustee_kind text not null,
        trustee text not null,
        deny ${integer} not null,
        revision ${integer} not null,
        primary key (mailbox, trustee, deny)
      )`,
      `create index directory_send_as_trustee on directory_send_as (trustee)`,
    ],
  },
  {
    number: 142,
    name: 'what mailboxes and organizations are set to',
    up: () => [
      `alter table directory_mailbox add column settings text not null default '{}'`,
      `alter table directory_mailbox add column protocols text not null default '{}'`,
      `create table directory_organization (
        tenant text primary key references directory_tenant (id),
        transport text not null,
        configuration text not null
      )`,
    ],
  },
  {
    number: 143,
    name: 'removed mailboxes are kept for a while',
    up: ({ integer }) => [
      `create table directory_removed_mailbox (
        id ${integer} primary key,
        tenant text not null references directory_tenant (id),
        mailbox text not null,
        owner text not null,
        removed ${integer} not null
      )`,
      `create index directory_removed_mailbox_removed on directory_removed_mailbox (tenant, removed)`,
    ],
  },
  {
    number: 144,
    name: 'service principals of Exchange can be changed',
    up: ({ integer }) => [
      `alter table directory_exchange_principal add column override_enforce_rbac ${integer} not null default 0`,
    ],
  },
  {
    number: 149,
    name: 'mailboxes are paged',
    up: () => [`create index directory_mailbox_place on directory_mailbox (tenant, revision, id)`],
  },
  {
    number: 154,
    name: 'what groups are set to',
    up: () => [`alter table directory_group add column settings text not null default '{}'`],
  },
  {
    number: 157,
    name: 'removed mailboxes on hold are kept',
    up: ({ integer }) => [`alter table directory_removed_mailbox add column held ${integer} not null default 0`],
  },
  {
    number: 158,
    name: 'dynamic distribution groups',
    up: () => [`alter table directory_group add column recipient_filter text`],
  },
  {
    number: 167,
    name: 'removed mailboxes are found by their addresses',
    up: ({ name, integer }) => [
      `create table directory_removed_address (
        tenant text not null,
        address_key text not null,
        mailbox ${integer} not null references directory_removed_mailbox (id) on delete cascade,
        primary key (tenant, address_key, mailbox)
      )`,
      `create index directory_removed_address_mailbox on directory_removed_address (mailbox)`,
      // No other engine held rows before this step.
      ...(name === 'sqlite' ? [addressesOfRemoved] : []),
    ],
  },
]

const addressesOfRemoved = `insert or ignore into directory_removed_address (tenant, address_key, mailbox)
  select removed.tenant, lower(substr(proxy.value, 6)), removed.id
    from directory_removed_mailbox removed, json_each(json_extract(removed.mailbox, '$.addresses')) proxy
    where proxy.value like 'smtp:%'`
