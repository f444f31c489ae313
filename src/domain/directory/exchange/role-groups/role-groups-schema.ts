import type { Migration } from '../../../../storage/engine.ts'

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
