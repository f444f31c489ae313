import { integer, settings, text } from '../../core/settings.ts'

/** The settings of the keys that sign tokens. */
export const keySettings = settings({
  rotation_days: integer('How often another key begins to sign tokens', 1, 365).or(90),
  publish_ahead_hours: integer(
    'How long before it signs a key is published: longer than clients keep the published keys, which is a day',
    0,
    720,
  ).or(48),
  master_key: text(
    'What the keys that sign tokens are encrypted with: 32 characters or more, of chance; empty keeps them in clear. Rather set in the environment or by keys.master_key_file than here',
  ).or(''),
  master_key_file: text('File that holds the master key, in place of keys.master_key').or(''),
  previous_master_key: text(
    'The master key until now: with it, the keys are encrypted again with the other at the next start',
  ).or(''),
  previous_master_key_file: text('File that holds it, in place of keys.previous_master_key').or(''),
})
