import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { appGrant, type OpenTokens, openTokens } from '../../../test/support/tokens.ts'
import { TestWorld } from '../../../test/support/world.ts'
import type { Log } from '../../core/log.ts'
import { signingKeys } from './key-table.ts'
import { isEncryptedKey, encryptKey, decryptKey } from './sealing.ts'
import { anyText } from '../../../test/support/any-text.ts'

const MASTER = 'first master key, made by chance: 0'
const OTHER = 'other master key, made by chance: 1'

const kept = async ({ sql }: OpenTokens): Promise<readonly string[]> => {
  const rows = await sql.all<{ key: string }>({ parts: ['select private_key as key from token_key'], args: [] })
  return rows.map(({ key }) => key)
}

test('a sealed text opens with the same key under the same name, and with nothing else', () => {
  const world = new TestWorld()
  const text = anyText()
  fc.assert(
    fc.property(text, text, text, text, (key, name, content, other) => {
      const sealed = encryptKey(world, key, name, content.toWellFormed())
      expect(decryptKey(key, name, sealed)).toBe(content.toWellFormed())
      if (other !== key) expect(decryptKey(`${key}${other}x`, name, sealed)).toBeUndefined()
      expect(decryptKey(key, `${name}x`, sealed)).toBeUndefined()
      expect(sealed).not.toContain('\n')
    }),
  )
})

test('a changed sealed text does not open', () => {
  const sealed = encryptKey(new TestWorld(), MASTER, 'name', 'content')
  for (let at = 0; at < sealed.length; at++) {
    const other = sealed[at] === 'A' ? 'B' : 'A'
    expect(decryptKey(MASTER, 'name', sealed.slice(0, at) + other + sealed.slice(at + 1))).toBeUndefined()
    expect(decryptKey(MASTER, 'name', sealed.slice(0, at))).toBeUndefined()
  }
})

test('sealing the same text twice gives different results', () => {
  const world = new TestWorld()
  const sealed = Array.from({ length: 10 }, () => encryptKey(world, MASTER, 'name', 'content'))
  expect(new Set(sealed.map((it) => it.slice(0, 40))).size).toBe(10)
})

test('with a master key, stored private keys are encrypted; tokens do not change', async () => {
  const open = await openTokens({ master: { current: MASTER, previous: undefined } })
  await open.tokens.ready()
  const { token } = await open.tokens.mint(appGrant)
  expect((await open.fresh().verify(token)).ok).toBe(true)
  expect((await kept(open)).map(isEncryptedKey)).toEqual([true])
  expect(await open.tokens.ring.all()).toMatchObject([{ encrypted: true }])
})

test('the first start with a master key encrypts plain keys, and warns about older backups', async () => {
  const open = await openTokens()
  const { token } = await open.tokens.mint(appGrant)
  const [clear] = await kept(open)
  expect(clear).toContain('PRIVATE KEY')
  const said: string[] = []
  const log: Log = { ...silent(), warn: (_, text) => void said.push(text) }
  const encrypted = open.fresh({ master: { current: MASTER, previous: undefined }, log })
  await encrypted.ready()
  await encrypted.ready()
  expect(said).toEqual([expect.stringContaining('are encrypted from now on') as string])
  expect((await encrypted.verify(token)).ok).toBe(true)
  expect((await kept(open)).map(isEncryptedKey)).toEqual([true])
})

test.each([
  ['no master key', { current: undefined, previous: undefined }, 'there is no master key'],
  ['another master key', { current: OTHER, previous: undefined }, 'not the one'],
  ['two others', { current: OTHER, previous: `${OTHER}x` }, 'not the one'],
])('a start with %s is refused, and changes nothing', async (_, master, says) => {
  const open = await openTokens({ master: { current: MASTER, previous: undefined } })
  await open.tokens.ready()
  const before = await kept(open)
  const refused = open.fresh({ master }).ready()
  await expect(refused).rejects.toMatchObject({
    reason: 'not-allowed',
    message: expect.stringContaining(says) as string,
  })
  await expect(refused).rejects.not.toMatchObject({ message: expect.stringContaining(OTHER) as string })
  expect(await kept(open)).toEqual(before)
})

test('the master key is changed by giving the previous one beside it, once', async () => {
  const open = await openTokens({ master: { current: MASTER, previous: undefined } })
  await open.tokens.ready()
  await open.tokens.ring.rotate({ immediately: false })
  const { token } = await open.tokens.mint(appGrant)
  await open.fresh({ master: { current: OTHER, previous: MASTER } }).ready()
  const after = open.fresh({ master: { current: OTHER, previous: undefined } })
  await after.ready()
  expect((await after.verify(token)).ok).toBe(true)
  await expect(open.fresh().ready()).rejects.toMatchObject({ reason: 'not-allowed' })
})

test('while nodes change the master key one after another, each reads the keys of the others', async () => {
  const open = await openTokens({ master: { current: MASTER, previous: OTHER } })
  const changed = open.fresh({ master: { current: OTHER, previous: MASTER } })
  const nodes = [open.tokens, changed]
  for (const node of nodes) await node.ready()
  for (const [nth, node] of nodes.entries()) {
    await node.ring.rotate({ immediately: true })
    const { token } = await node.mint(appGrant)
    expect((await nodes[1 - nth]!.verify(token)).ok).toBe(true)
  }
  // The last node changes to the new key. After that, no node needs the old one.
  await open.fresh({ master: { current: OTHER, previous: MASTER } }).ready()
  const after = open.fresh({ master: { current: OTHER, previous: undefined } })
  await after.ready()
  expect((await after.verify((await open.tokens.mint(appGrant)).token)).ok).toBe(true)
})

test('a private key under the name of another does not open', async () => {
  const master = { current: MASTER, previous: undefined }
  const open = await openTokens({ master })
  await open.tokens.ready()
  await open.sql.write(
    function* () {
      yield { parts: [`update token_key set kid = 'another'`], args: [] }
    },
    [signingKeys],
  )
  await expect(open.fresh().ready()).rejects.toMatchObject({ reason: 'not-allowed' })
})

const silent = (): Log => ({ debug() {}, info() {}, warn() {}, error() {}, child: silent })
