import { integer, secretText, settings, text } from '../../core/settings.ts'

/** The settings of the keys that sign tokens. */
export const keySettings = settings({
  rotation_days: integer('Days after which a new key begins to sign tokens', 1, 365).or(90),
  publish_ahead_hours: integer(
    'Hours for which a key is published before it signs. Clients cache the published keys for a day, so it has to be longer',
    0,
    720,
  ).or(48),
  master_key: secretText(
    'Encrypts the keys that sign tokens: at least 32 random characters; empty stores them unencrypted. Prefer the environment or keys.master_key_file to the settings file',
  ).or(''),
  master_key_file: text('File with the master key, instead of keys.master_key').or(''),
  previous_master_key: secretText(
    'The previous master key. At the next start the keys are encrypted again with the new one',
  ).or(''),
  previous_master_key_file: text('File with the previous master key, instead of keys.previous_master_key').or(''),
})
