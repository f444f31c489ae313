import type { Migration } from '../../../../storage/engine.ts'

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
