import { readFile } from 'node:fs/promises'
import { refuse } from '../core/refusal.ts'
import type { MasterKeys } from '../domain/tokens/key-table.ts'
import type { Settings } from './settings.ts'

/** Random characters: 32 from openssl or a secret store have at least 128 bits. */
const SHORTEST = 32

/** The master keys from the settings or their files. No message contains a key, not even its refusal. */
export async function masterKeys(settings: Settings['keys']): Promise<MasterKeys> {
  const current = await masterKey('keys.master_key', settings.master_key, settings.master_key_file)
  const previous = await masterKey(
    'keys.previous_master_key',
    settings.previous_master_key,
    settings.previous_master_key_file,
  )
  if (previous !== undefined && current === undefined) {
    refuse('bad-syntax', 'keys.previous_master_key is set, but keys.master_key, which replaces it, is not')
  }
  return { current, previous }
}

async function masterKey(name: string, value: string, file: string): Promise<string | undefined> {
  if (value !== '' && file !== '') refuse('bad-syntax', `${name} and ${name}_file are both set: set one of them`)
  const key = file === '' ? value : (await readSetting(`${name}_file`, file)).trim()
  if (value === '' && file === '') return undefined
  if (key.length >= SHORTEST) return key
  return refuse('bad-syntax', `${name} has ${key.length} characters; expected at least ${SHORTEST} random characters`)
}

const readSetting = (name: string, file: string): Promise<string> =>
  readFile(file, 'utf8').catch((thrown: Error) =>
    refuse('no-such-thing', `${name} is '${file}', which cannot be read: ${thrown.message}`),
  )
