import type { Migration } from '../../storage/engine.ts'

export const authorizationMigrations: readonly Migration[] = [
  {
    number: 500,
    name: 'what people authorise',
    up: ({ integer, bytes }) => [
      `create table authorization_code (
        hash ${bytes} primary key,
        tenant text not null,
        family text not null,
        request text not null,
        ends ${integer} not null,
        state text not null
      )`,
      `create index authorization_code_tenant on authorization_code (tenant, ends)`,
      `create table authorization_device (
        hash ${bytes} primary key,
        user_code ${bytes} not null unique,
        tenant text not null,
        app_id text not null,
        from_address text not null,
        request text not null,
        ends ${integer} not null,
        state text not null,
        authorization_given text
      )`,
      `create index authorization_device_tenant on authorization_device (tenant, ends)`,
      `create index authorization_device_from on authorization_device (from_address, ends)`,
      `create table authorization_refresh_token (
        hash ${bytes} primary key,
        tenant text not null,
        app_id text not null,
        family text not null,
        authorization_given text not null,
        issued ${integer} not null,
        used ${integer} not null,
        ends ${integer},
        state text not null
      )`,
      `create index authorization_refresh_token_tenant on authorization_refresh_token (tenant, used)`,
      `create index authorization_refresh_token_ends on authorization_refresh_token (tenant, ends) where ends is not null`,
      `create index authorization_refresh_token_family on authorization_refresh_token (family, used)`,
      `create table authorization_session (
        hash ${bytes} primary key,
        tenant text not null,
        user_id text not null,
        signed_in text not null,
        ends ${integer} not null
      )`,
      `create index authorization_session_tenant on authorization_session (tenant, ends)`,
      `create index authorization_session_user on authorization_session (tenant, user_id, ends)`,
    ],
  },
]
