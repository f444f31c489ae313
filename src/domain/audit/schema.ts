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
  {
    number: 410,
    name: 'sign-ins of people, and at the token service',
    up: ({ integer }) => [
      ...[
        `kind text not null default 'servicePrincipal'`,
        `app_name text`,
        `user_id text`,
        `user_name text`,
        `user_name_folded text`,
        `user_display_name text`,
        `resource_id text`,
        `resource_name text`,
        `credential text`,
        `credential_key text`,
        `error_code ${integer} not null default 0`,
        `failure_reason text`,
        `correlation text`,
      ].map((column) => `alter table audit_sign_in add column ${column}`),
      // 50000: a generic error. Older records had no error code.
      `update audit_sign_in set error_code = 50000 where outcome = 'refused'`,
      `create index audit_sign_in_app on audit_sign_in (tenant, app_id, at)`,
      `create index audit_sign_in_user on audit_sign_in (tenant, user_id, at) where user_id is not null`,
      `create index audit_sign_in_correlation on audit_sign_in (correlation) where correlation is not null`,
      `create index audit_sign_in_user_name on audit_sign_in (tenant, user_name_folded, at) where user_name_folded is not null`,
    ],
  },
  {
    number: 411,
    name: 'when what was last used',
    up: ({ integer }) => [
      `create table audit_mailbox_use (
        tenant text not null,
        app_id text not null,
        protocol text not null,
        mailbox text not null,
        at ${integer} not null,
        primary key (tenant, app_id, protocol, mailbox)
      )`,
      `create table audit_credential_use (
        key_id text primary key,
        at ${integer} not null
      )`,
      `insert into audit_mailbox_use
        select tenant, app_id, protocol, lower(mailbox), max(at) from audit_sign_in
        where outcome = 'granted' and app_id is not null and mailbox is not null and tenant <> ''
        group by tenant, app_id, protocol, lower(mailbox)`,
    ],
  },
  {
    number: 440,
    name: 'sign-ins to mailboxes, counted by day',
    up: ({ integer, identity }) => [
      `create table audit_use (
        place ${identity},
        tenant text not null,
        day ${integer} not null,
        protocol text not null,
        authentication text not null,
        outcome text not null,
        mailbox text not null,
        who text not null,
        client text not null,
        from_address text not null,
        count ${integer} not null,
        last ${integer} not null,
        unique (tenant, day, mailbox, protocol, authentication, outcome, who, client, from_address)
      )`,
      `create index audit_use_day on audit_use (day)`,
    ],
  },
  {
    number: 445,
    name: 'what apps do in mailboxes, by kind',
    up: ({ integer }) => [
      `create table audit_operation (
        tenant text not null,
        app_id text not null,
        mailbox text not null,
        protocol text not null,
        acts_as text not null,
        operation text not null,
        count ${integer} not null,
        first ${integer} not null,
        last ${integer} not null,
        primary key (tenant, app_id, mailbox, protocol, acts_as, operation)
      )`,
    ],
  },
  {
    number: 446,
    name: 'what became of messages',
    up: ({ integer, identity }) => [
      `create table audit_message_trace (
        place ${identity},
        tenant text not null,
        at ${integer} not null,
        recipient text not null,
        trace_id text not null,
        sender text not null,
        status text not null,
        why text not null,
        message_id text not null,
        subject text not null,
        octets ${integer} not null,
        from_address text not null,
        by_name text not null,
        protocol text not null
      )`,
      `create index audit_message_trace_at on audit_message_trace (tenant, at desc, recipient, place)`,
    ],
  },
  {
    number: 450,
    name: 'checks of a sign-in and the commands that fix it',
    up: () => [
      'alter table audit_sign_in rename column links to checks',
      'alter table audit_sign_in rename column mend to fix',
    ],
  },
]
