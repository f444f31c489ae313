import type { Migration } from '../../storage/engine.ts'

/** Tables of users, and of the permissions that apps have for them. */
export const identityMigrations: readonly Migration[] = [
  {
    number: 110,
    name: 'people sign in with passwords',
    up: ({ integer }) => [
      `alter table directory_user add column password_changed ${integer}`,
      `update directory_user set password_changed = created where password_hash is not null`,
      `alter table directory_user add column must_change_password ${integer} not null default 0`,
      `create table directory_failed_guesses (
        user_id text primary key,
        count ${integer} not null,
        last ${integer} not null,
        locked_until ${integer} not null
      )`,
    ],
  },
  {
    number: 111,
    name: 'consents, and directory roles of people',
    up: ({ integer }) => [
      `create table directory_consent (
        id text primary key,
        tenant text not null references directory_tenant (id),
        client text not null references directory_service_principal (id),
        resource text not null references directory_service_principal (id),
        user_id text not null,
        scopes text not null,
        created ${integer} not null,
        revision ${integer} not null,
        unique (client, resource, user_id)
      )`,
      `create index directory_consent_tenant on directory_consent (tenant, revision)`,
      `create index directory_consent_resource on directory_consent (resource)`,
      `create index directory_consent_user on directory_consent (user_id)`,
      `create table directory_role_holder (
        tenant text not null references directory_tenant (id),
        member text not null,
        role_template text not null,
        revision ${integer} not null,
        primary key (member, role_template)
      )`,
      `create index directory_role_holder_template on directory_role_holder (tenant, role_template, revision)`,
      `insert into directory_role_holder (tenant, member, role_template, revision)
        select p.tenant, m.principal, m.role_template, m.revision
        from directory_role_member m join directory_service_principal p on p.id = m.principal`,
      `drop table directory_role_member`,
    ],
  },
  {
    number: 112,
    name: 'federated credentials',
    up: ({ integer }) => [
      `create table directory_federated (
        id text primary key,
        app text not null references directory_app (id),
        name text not null,
        issuer text not null,
        subject text not null,
        audience text not null,
        description text,
        revision ${integer} not null,
        unique (app, name),
        unique (app, issuer, subject)
      )`,
    ],
  },
  {
    number: 113,
    name: 'the audit of the directory',
    up: ({ integer, identity }) => [
      `create table directory_audit (
        place ${identity},
        id text not null unique,
        tenant text not null references directory_tenant (id),
        at ${integer} not null,
        activity text not null,
        category text not null,
        operation text not null,
        actor text not null,
        actor_id text not null,
        correlation text not null,
        targets text not null,
        target text not null,
        changes text not null
      )`,
      `create index directory_audit_tenant on directory_audit (tenant, at, place)`,
    ],
  },
  {
    number: 114,
    name: 'users, apps and service principals are paged and found by their names',
    up: () => [
      `alter table directory_user add column display_key text`,
      `alter table directory_user add column mail_key text`,
      `alter table directory_app add column display_key text`,
      `alter table directory_service_principal add column display_key text`,
      `update directory_user set display_key = lower(display_name), mail_key = lower(mail)`,
      `update directory_app set display_key = lower(display_name)`,
      `update directory_service_principal set display_key = lower(display_name)`,
      `create index directory_user_place on directory_user (tenant, created, id)`,
      `create index directory_user_display on directory_user (tenant, display_key)`,
      `create index directory_user_mail on directory_user (tenant, mail_key)`,
      `create index directory_app_place on directory_app (tenant, created, id)`,
      `create index directory_app_display on directory_app (tenant, display_key)`,
      `create index directory_service_principal_place on directory_service_principal (tenant, created, id)`,
      `create index directory_service_principal_display on directory_service_principal (tenant, display_key)`,
      `create index directory_mailbox_user on directory_mailbox (user_id)`,
    ],
  },
  {
    number: 115,
    name: 'people are assigned to apps, and grants are paged',
    up: ({ integer }) => [
      `create table directory_app_assignment (
        id text primary key,
        tenant text not null references directory_tenant (id),
        principal text not null,
        principal_type text not null,
        resource text not null references directory_service_principal (id),
        app_role text not null,
        created ${integer} not null,
        revision ${integer} not null,
        unique (principal, resource, app_role)
      )`,
      `insert into directory_app_assignment (id, tenant, principal, principal_type, resource, app_role, created, revision)
        select id, tenant, principal, 'ServicePrincipal', resource, app_role, created, revision from directory_assignment`,
      `drop table directory_assignment`,
      `create index directory_app_assignment_resource on directory_app_assignment (resource, created, id)`,
      `drop index directory_consent_tenant`,
      `drop index directory_consent_resource`,
      `create index directory_consent_place on directory_consent (tenant, created, id)`,
      `create index directory_consent_client on directory_consent (client, created, id)`,
      `create index directory_consent_resource on directory_consent (resource, created, id)`,
    ],
  },
  {
    number: 120,
    name: 'sign-ins of people are revoked',
    up: ({ integer }) => [`alter table directory_user add column sign_ins_revoked ${integer}`],
  },
  {
    number: 121,
    name: 'apps have owners',
    up: ({ integer }) => [
      `create table directory_app_owner (
        app text not null references directory_app (id),
        owner text not null,
        revision ${integer} not null,
        primary key (app, owner)
      )`,
      `create index directory_app_owner_owner on directory_app_owner (owner)`,
    ],
  },
  {
    number: 122,
    name: 'apps of other tenants are found by what they are called',
    up: () => [`create index directory_app_uri_key on directory_app_uri (uri_key)`],
  },
  {
    number: 123,
    name: 'Security Readers hold the role under the id that Entra gives it',
    up: () => [
      `update directory_role_holder set role_template = '5d6b6bb7-de71-4623-b4af-96380a352509'
        where role_template = '5d6b6bb7-de71-4623-b4af-95380a352509'`,
    ],
  },
  {
    number: 124,
    name: 'wrong passwords are counted apart where the right one comes from',
    up: ({ integer }) => [
      `create table directory_familiar_network (
        user_id text not null,
        network text not null,
        last_right ${integer} not null,
        count ${integer} not null,
        last ${integer} not null,
        locked_until ${integer} not null,
        primary key (user_id, network)
      )`,
    ],
  },
  {
    number: 139,
    name: 'what ends soon is found at once',
    up: () => [
      `create index directory_secret_ends on directory_secret (ends)`,
      `create index directory_certificate_ends on directory_certificate (ends)`,
    ],
  },
  {
    number: 169,
    name: 'the directory knows the administrator’s app of each tenant',
    up: () => [
      `alter table directory_tenant add column administrators_app text`,
      // Before, it was the oldest app of that name. An app with the role has precedence over one that only has the
      // name.
      `update directory_tenant set administrators_app = (
        select a.app_id from directory_app a
        left join directory_service_principal p on p.app_id = a.app_id and p.tenant = a.tenant
        left join directory_role_holder h on h.member = p.id
          and h.role_template = '62e90394-69f5-4237-9190-012177145e10'
        where a.tenant = directory_tenant.id and a.display_key = 'postern administration'
        order by case when h.member is null then 1 else 0 end, a.created, a.id limit 1)`,
    ],
  },
  {
    number: 171,
    name: 'which principal created an app',
    up: () => [
      `alter table directory_app add column created_by text`,
      `create index directory_app_created_by on directory_app (created_by)`,
    ],
  },
  {
    number: 172,
    name: 'a tenant has several domains, one of which is the default',
    up: ({ integer }) => [
      // Null: the domain that the tenant was created with.
      `alter table directory_tenant add column default_domain text`,
      // Exchange's name of the accepted domain; null if it equals the domain.
      `alter table directory_domain add column accepted_name text`,
      // Null if the domain was created with the tenant.
      `alter table directory_domain add column created ${integer}`,
      `create table directory_unverified_domain (
        tenant text not null references directory_tenant (id),
        name text not null,
        created ${integer} not null,
        primary key (tenant, name)
      )`,
    ],
  },
]
