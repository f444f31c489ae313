import type { Migration } from '../../storage/engine.ts'

/** What the directory holds of people and of what apps may do for them. */
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
]
