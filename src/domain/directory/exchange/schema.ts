import type { Migration } from '../../../storage/engine.ts'

/** Groups, removed mailboxes and settings of mailboxes: docs/reference/exchange-admin.md §2, §3. */
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
      // Only SQLite databases can have rows from before this step.
      ...(name === 'sqlite' ? [addressesOfRemoved] : []),
    ],
  },
]

const addressesOfRemoved = `insert or ignore into directory_removed_address (tenant, address_key, mailbox)
  select removed.tenant, lower(substr(proxy.value, 6)), removed.id
    from directory_removed_mailbox removed, json_each(json_extract(removed.mailbox, '$.addresses')) proxy
    where proxy.value like 'smtp:%'`

/** docs/reference/exchange-admin.md §2 */
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

/** Access policies, management scopes and role assignments of apps: docs/reference/exchange-admin.md §6, §7. */
export const appAccessMigrations: readonly Migration[] = [
  {
    number: 145,
    name: 'application access policies, management scopes, and roles of apps',
    up: ({ integer }) => [
      `create table directory_access_policy (
        id text primary key,
        tenant text not null references directory_tenant (id),
        app_id text not null,
        access_right text not null,
        scope text not null,
        scope_sid text not null,
        scope_name text not null,
        scope_display_name text not null,
        description text not null,
        created ${integer} not null,
        revision ${integer} not null,
        unique (tenant, app_id, scope)
      )`,
      `create table directory_management_scope (
        guid text primary key,
        tenant text not null references directory_tenant (id),
        name text not null,
        name_key text not null,
        recipient_filter text not null,
        exclusive ${integer} not null,
        created ${integer} not null,
        changed ${integer} not null,
        revision ${integer} not null,
        unique (tenant, name_key)
      )`,
      `create table directory_role_assignment (
        guid text primary key,
        tenant text not null references directory_tenant (id),
        name text not null,
        name_key text not null,
        role text not null,
        principal text not null references directory_exchange_principal (guid),
        scope text references directory_management_scope (guid),
        enabled ${integer} not null,
        created ${integer} not null,
        changed ${integer} not null,
        revision ${integer} not null,
        unique (tenant, name_key)
      )`,
      `create index directory_role_assignment_principal on directory_role_assignment (principal)`,
      `create index directory_role_assignment_scope on directory_role_assignment (scope)`,
    ],
  },
  {
    number: 146,
    name: 'roles of apps over the members of a group',
    up: () => [`alter table directory_role_assignment add column scope_group text`],
  },
  {
    number: 147,
    name: 'since when a mailbox permission is held',
    up: ({ integer }) => [`alter table directory_permission add column since ${integer} not null default 0`],
  },
]

export const authenticationPolicyMigrations: readonly Migration[] = [
  {
    number: 150,
    name: 'authentication policies',
    up: ({ integer }) => [
      `create table directory_authentication_policy (
        guid text primary key,
        tenant text not null references directory_tenant (id),
        name text not null,
        name_key text not null,
        allowed text not null,
        legacy_tokens ${integer} not null,
        created ${integer} not null,
        changed ${integer} not null,
        revision ${integer} not null,
        unique (tenant, name_key)
      )`,
      `create table directory_user_authentication_policy (
        user_id text primary key references directory_user (id) on delete cascade,
        policy text not null references directory_authentication_policy (guid)
      )`,
      `create index directory_user_authentication_policy_policy on directory_user_authentication_policy (policy)`,
      `create table directory_default_authentication_policy (
        tenant text primary key references directory_tenant (id),
        policy text not null references directory_authentication_policy (guid)
      )`,
    ],
  },
]

export const roleGroupMigrations: readonly Migration[] = [
  {
    number: 159,
    name: 'role groups',
    up: ({ integer }) => [
      `create table directory_role_group (
        guid text primary key,
        tenant text not null references directory_tenant (id),
        name text not null,
        name_key text not null,
        description text not null,
        roles text not null,
        created ${integer} not null,
        changed ${integer} not null,
        revision ${integer} not null,
        unique (tenant, name_key)
      )`,
      `create table directory_role_group_member (
        role_group text not null references directory_role_group (guid),
        trustee_kind text not null,
        trustee text not null,
        sid text not null,
        revision ${integer} not null,
        primary key (role_group, trustee)
      )`,
      `create index directory_role_group_member_trustee on directory_role_group_member (trustee)`,
    ],
  },
]

export const retirementPlanMigrations: readonly Migration[] = [
  {
    number: 155,
    name: 'retirement of basic authentication',
    up: () => [
      `create table directory_retirement_plan (
        tenant text primary key references directory_tenant (id),
        plan text not null
      )`,
    ],
  },
  {
    number: 156,
    name: 'notices ahead of a retirement',
    up: () => [
      `create table directory_retirement_notice (
        tenant text not null references directory_tenant (id),
        about text not null,
        what text not null,
        date bigint not null,
        days integer not null,
        primary key (tenant, about, what, date, days)
      )`,
    ],
  },
]
