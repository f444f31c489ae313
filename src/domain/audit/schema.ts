import type { Migration } from '../../storage/engine.ts'

export const auditMigrations: readonly Migration[] = [
  {
    number: 400,
    name: 'sign-ins',
    up: ({ integer, identity }) => [
      `create table audit_sign_in (
        place ${identity},
        id text not null unique,
        tenant text not null,
        at ${integer} not null,
        count ${integer} not null,
        protocol text not null,
        mailbox text,
        app_id text,
        app_object_id text,
        from_address text not null,
        authentication text not null,
        outcome text not null,
        links text not null,
        failed text,
        mend text not null,
        wire text not null
      )`,
      `create index audit_sign_in_tenant on audit_sign_in (tenant, at)`,
      `create index audit_sign_in_at on audit_sign_in (at)`,
      `create index audit_sign_in_refused on audit_sign_in (tenant, outcome, at)`,
    ],
  },
  {
    number: 401,
    name: 'sign-ins that were granted cost no index of the refused',
    up: () => [
      `drop index audit_sign_in_at`,
      `drop index audit_sign_in_refused`,
      `create index audit_sign_in_refused on audit_sign_in (tenant, at) where outcome = 'refused'`,
    ],
  },
]
