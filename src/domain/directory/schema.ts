import type { Migration } from '../../storage/engine.ts'
import {
  appAccessMigrations,
  authenticationPolicyMigrations,
  permissionMigrations,
  recipientMigrations,
  retirementPlanMigrations,
  roleGroupMigrations,
} from './exchange/schema.ts'
import { identityMigrations } from './identity-schema.ts'

const directoryAuditMigrations: readonly Migration[] = [
  {
    number: 160,
    name: 'the audit of the directory knows the cmdlet',
    up: () => [`alter table directory_audit add column command text`],
  },
  {
    number: 168,
    name: 'the audit of the directory keeps refused changes of the administrator’s app',
    up: () => [`alter table directory_audit add column refused text`],
  },
]

/** Tables of the directory. Texts that are looked up in any letter case have a `…_key` beside them, folded by us. */
export const directoryMigrations: readonly Migration[] = [
  {
    number: 100,
    name: 'directory',
    up: ({ bytes, integer, identity }) => [
      `create table directory_tenant (
        id text primary key,
        display_name text not null,
        sid_base text not null,
        next_rid ${integer} not null,
        revision ${integer} not null,
        created ${integer} not null
      )`,
      `create table directory_domain (
        name text primary key,
        tenant text not null references directory_tenant (id),
        revision ${integer} not null
      )`,
      `create index directory_domain_tenant on directory_domain (tenant, revision)`,
      `create table directory_journal (
        tenant text not null,
        revision ${integer} not null,
        at ${integer} not null,
        what text not null,
        subject text not null,
        primary key (tenant, revision)
      )`,
      `create table directory_user (
        id text primary key,
        tenant text not null references directory_tenant (id),
        upn text not null,
        upn_key text not null,
        display_name text not null,
        mail_nickname text not null,
        mail text,
        given_name text,
        surname text,
        account_enabled ${integer} not null,
        password_hash text,
        sid text not null,
        created ${integer} not null,
        revision ${integer} not null,
        unique (tenant, upn_key)
      )`,
      `create table directory_app (
        id text primary key,
        app_id text not null unique,
        tenant text not null references directory_tenant (id),
        display_name text not null,
        sign_in_audience text not null,
        identifier_uris text not null,
        required_resource_access text not null,
        properties text not null,
        created ${integer} not null,
        revision ${integer} not null
      )`,
      `create index directory_app_tenant on directory_app (tenant, revision)`,
      `create table directory_app_uri (
        tenant text not null,
        uri_key text not null,
        app text not null references directory_app (id),
        primary key (tenant, uri_key)
      )`,
      `create index directory_app_uri_app on directory_app_uri (app)`,
      `create table directory_secret (
        key_id text primary key,
        app text not null references directory_app (id),
        display_name text,
        hint text not null,
        salt ${bytes} not null,
        hash ${bytes} not null,
        starts ${integer} not null,
        ends ${integer} not null,
        revision ${integer} not null
      )`,
      `create index directory_secret_app on directory_secret (app, revision)`,
      `create table directory_certificate (
        key_id text primary key,
        app text not null references directory_app (id),
        display_name text,
        type text not null,
        usage text not null,
        der ${bytes} not null,
        sha1 text not null,
        sha256 text not null,
        starts ${integer} not null,
        ends ${integer} not null,
        place ${integer} not null
      )`,
      `create index directory_certificate_app on directory_certificate (app, place)`,
      `create table directory_service_principal (
        id text primary key,
        tenant text not null references directory_tenant (id),
        app_id text not null,
        display_name text not null,
        account_enabled ${integer} not null,
        assignment_required ${integer} not null,
        owner text,
        tags text not null,
        created ${integer} not null,
        revision ${integer} not null,
        unique (tenant, app_id)
      )`,
      `create index directory_service_principal_app on directory_service_principal (app_id)`,
      `create table directory_assignment (
        id text primary key,
        tenant text not null references directory_tenant (id),
        principal text not null references directory_service_principal (id),
        resource text not null references directory_service_principal (id),
        app_role text not null,
        created ${integer} not null,
        revision ${integer} not null,
        unique (principal, resource, app_role)
      )`,
      `create index directory_assignment_resource on directory_assignment (resource, revision)`,
      `create table directory_role_member (
        principal text not null references directory_service_principal (id),
        role_template text not null,
        revision ${integer} not null,
        primary key (principal, role_template)
      )`,
      `create table directory_exchange_principal (
        guid text primary key,
        tenant text not null references directory_tenant (id),
        app_id text not null,
        object_id text not null,
        sid text not null,
        display_name text not null,
        display_key text not null,
        created ${integer} not null,
        changed ${integer} not null,
        revision ${integer} not null,
        unique (tenant, app_id),
        unique (tenant, object_id),
        unique (tenant, sid)
      )`,
      `create table directory_mailbox (
        id ${identity},
        tenant text not null references directory_tenant (id),
        guid text not null,
        exchange_guid text not null,
        user_id text not null references directory_user (id),
        name text not null,
        name_key text not null,
        alias text not null,
        alias_key text not null,
        display_name text not null,
        display_key text not null,
        upn text not null,
        primary_address text not null,
        addresses text not null,
        type text not null,
        imap_enabled ${integer} not null,
        pop_enabled ${integer} not null,
        created ${integer} not null,
        changed ${integer} not null,
        revision ${integer} not null,
        unique (tenant, guid),
        unique (tenant, exchange_guid),
        unique (tenant, user_id),
        unique (tenant, name_key),
        unique (tenant, alias_key)
      )`,
      `create index directory_mailbox_display on directory_mailbox (tenant, display_key)`,
      `create table directory_address (
        tenant text not null,
        address_key text not null,
        mailbox ${integer} not null references directory_mailbox (id),
        primary key (tenant, address_key)
      )`,
      `create index directory_address_mailbox on directory_address (mailbox)`,
      `create table directory_permission (
        mailbox ${integer} not null references directory_mailbox (id),
        trustee_kind text not null,
        trustee text not null,
        deny ${integer} not null,
        rights text not null,
        inheritance text not null,
        revision ${integer} not null,
        primary key (mailbox, trustee, deny)
      )`,
      `create index directory_permission_trustee on directory_permission (trustee)`,
    ],
  },
  ...identityMigrations,
  ...recipientMigrations,
  ...permissionMigrations,
  ...appAccessMigrations,
  ...authenticationPolicyMigrations,
  ...roleGroupMigrations,
  ...retirementPlanMigrations,
  ...directoryAuditMigrations,
]
