import type { Migration } from '../../storage/engine.ts'

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
]
