import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { temporaryDirectory } from '../../test/support/disk.ts'
import { silentLog } from '../core/log.ts'
import { realWorld } from '../core/world.ts'
import { type Overrides, readConfig } from './config.ts'
import { masterKeys } from './master-keys.ts'
import { startServer } from './server.ts'

const KEY = '0123456789abcdefghijklmnopqrstuv'
const keysOf = (flags: Overrides) => masterKeys(readConfig({ flags }).keys)

test('a master key comes from the setting, the environment or a file, whose last line may end', async () => {
  const file = path.join(temporaryDirectory(), 'master')
  writeFileSync(file, `${KEY}\n`)
  expect(await keysOf({})).toEqual({ current: undefined, previous: undefined })
  expect(await keysOf({ 'keys.master_key': KEY })).toEqual({ current: KEY, previous: undefined })
  const { keys } = readConfig({ environment: { POSTERN_KEYS_MASTER_KEY: KEY } })
  expect(await masterKeys(keys)).toEqual({ current: KEY, previous: undefined })
  expect(await keysOf({ 'keys.master_key_file': file, 'keys.previous_master_key': `${KEY}x` })).toEqual({
    current: KEY,
    previous: `${KEY}x`,
  })
})

test.each([
  ['is too short', { 'keys.master_key': 'short secret' }, 'keys.master_key has 12 characters; expected at least 32'],
  ['is given twice', { 'keys.master_key': KEY, 'keys.master_key_file': '/x' }, 'both set'],
  ['is in a file that is not there', { 'keys.master_key_file': '/nowhere/x' }, "keys.master_key_file is '/nowhere/x'"],
  ['is only a previous one', { 'keys.previous_master_key': KEY }, 'which replaces it'],
])('a master key that %s is refused, and not told', async (_, flags, says) => {
  const refused = keysOf(flags)
  await expect(refused).rejects.toThrow(says)
  await expect(refused).rejects.not.toThrow(/short secret|0123456789/)
})

test('a server whose keys are encrypted starts with its master key only', async () => {
  const dataDir = temporaryDirectory()
  const start = async (flags: Overrides) => {
    const settings = readConfig({ flags: { port_base: 'auto', ...flags } })
    const server = await startServer({ dataDir, settings, world: realWorld, log: silentLog })
    onTestFinished(() => server.close())
    await server.close()
  }
  await start({ 'keys.master_key': KEY })
  await expect(start({})).rejects.toThrow('there is no master key')
  await expect(start({ 'keys.master_key': `${KEY}x` })).rejects.toThrow('The master key is not the one')
  await start({ 'keys.master_key': KEY })
})
