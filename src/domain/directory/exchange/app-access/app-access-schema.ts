import type { Migration } from '../../../../storage/engine.ts'

/** What restricts apps to mailboxes, and what grants them some: contract/exchange-admin §6, §7. */
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
