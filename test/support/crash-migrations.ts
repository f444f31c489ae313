import type { Migration } from '../../src/storage/engine.ts'

/** The tables that crash-writer.ts writes to. */
export const crashMigrations: readonly Migration[] = [
  {
    number: 1,
    name: 'notes',
    up: () => [
      'create table note (id integer primary key, text text)',
      'create table note_sum (count integer, sum integer)',
      'insert into note_sum values (0, 0)',
    ],
  },
]
