import { readFile } from 'node:fs/promises'
import { refuse } from '../core/refusal.ts'
import type { MasterKeys } from '../domain/tokens/key-table.ts'
import type { Settings } from './settings.ts'

/** Characters of chance: 32 that openssl or a secret store makes are 128 bits at the least. */
const SHORTEST = 32

/** The master keys that the settings give or name a file for. What they are is told to nobody, also when they are refused. */
export async function masterKeys(settings: Settings['keys']): Promise<MasterKeys> {
  const current = await masterKey('keys.master_key', settings.master_key, settings.master_key_file)
  const previous = await masterKey(
    'keys.previous_master_key',
    settings.previous_master_key,
    settings.previous_master_key_file,
  )
  if (previous !== undefined && current === undefined) {
    refuse('bad-syntax', 'keys.previous_master_key is set and keys.master_key, which takes its place, is not')
  }
  return { current, previous }
}

async function masterKey(name: string, value: string, file: string): Promise<string | undefined> {
  if (value !== '' && file !== '') refuse('bad-syntax', `${name} and ${name}_file are both set, and one is enough`)
  const key = file === '' ? value : (await readSetting(`${name}_file`, file)).trim()
  if (value === '' && file === '') return undefined
  if (key.length >= SHORTEST) return key
  return refuse('bad-syntax', `${name} has ${key.length} characters; expected ${SHORTEST} or more, of chance`)
}

const readSetting = (name: string, file: string): Promise<string> =>
  readFile(file, 'utf8').catch((thrown: Error) =>
    refuse('no-such-thing', `${name} is '${file}', which cannot be read: ${thrown.message}`),
  )
