import type { Migration } from '../../storage/engine.ts'

/** The keys that sign tokens. If the table is empty, new ones are made. */
export const keyTable = 'token_key'

export const tokenMigrations: readonly Migration[] = [
  {
    number: 300,
    name: 'token keys',
    up: ({ integer, bytes }) => [
      `create table token_key (
        kid text primary key,
        certificate ${bytes} not null,
        private_key text not null,
        created ${integer} not null,
        ends ${integer} not null
      )`,
    ],
  },
  {
    number: 301,
    name: 'token keys begin to sign at a time of their own',
    up: ({ integer }) => [
      `alter table token_key add column signs_from ${integer} not null default 0`,
      `update token_key set signs_from = created`,
      `alter table token_key add column expires ${integer} not null default 0`,
      `update token_key set expires = ends`,
    ],
  },
  {
    number: 302,
    name: 'a revision that every change of the token keys makes larger',
    up: ({ integer }) => [`create table token_key_revision (one ${integer} primary key, revision ${integer} not null)`],
  },
]
