import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { RunningServer } from '../../test/support/command-line.ts'
import { SharedStore } from '../../test/support/shared-store.ts'
import { MINUTE } from '../core/time.ts'
import { realWorld, type World } from '../core/world.ts'
import type { Overrides } from './config.ts'

let store: SharedStore
let a: RunningServer

beforeAll(async () => {
  store = await SharedStore.open()
  a = await RunningServer.start(store.node('a'))
}, 60_000)

afterAll(async () => {
  await a.close()
  await store.close()
})

async function started(name: string, others: Overrides = {}, world?: World): Promise<RunningServer> {
  const server = await RunningServer.start(store.node(name, others), world)
  onTestFinished(() => server.close())
  return server
}

async function administer(text: string): Promise<void> {
  const client = new Client({ connectionString: store.database.url })
  await client.connect()
  try {
    await client.query(text)
  } finally {
    await client.end()
  }
}

describe('a node that would not fit to the running one is refused with what fixes it', () => {
  it.each([
    [
      'another public URL',
      { 'https.public_url': 'https://other.contoso.test' },
      /has https:\/\/mail\.contoso\.test: set/,
    ],
    ['no public URL', { 'https.public_url': '' }, /https\.public_url is not set, .* \(a\): set/],
    ['no master key', { 'keys.master_key_file': '' }, /head -c 32 .* name it in keys\.master_key_file/],
    [
      'another master key',
      { 'keys.master_key_file': '', 'keys.master_key': 'another master key of more than 32 characters' },
      /copy the master key of another node to the file of keys\.master_key_file/,
    ],
    ['the same name', { 'node.name': 'a' }, /name a: stop it, or set node\.name/],
    ['no bucket', { 's3.bucket': 'missing' }, /The bucket 'missing' .*create/i],
    ['another user', { 'postgres.url': 'postgres://nobody:Violet-Harbour-7@127.0.0.1:1/x' }, /postgres\.url/],
  ])('%s', async (_, others, sentence) => {
    // The second node of a name waits for it: a twentieth as long as in practice.
    const world: World = { ...realWorld, after: (milliseconds, run) => realWorld.after(milliseconds / 20, run) }
    const refused = started('b', others, world)
    await expect(refused).rejects.toMatchObject({ name: 'Refusal', message: expect.stringMatching(sentence) as string })
    await expect(refused).rejects.not.toThrow(/Violet|another master key/)
  })

  it('a clock that is off by three minutes', async () => {
    const world = { ...realWorld, now: () => Date.now() + 3 * MINUTE }
    await expect(started('b', {}, world)).rejects.toThrow(/differs by 1[78]\d s .*"systemctl enable --now/)
  })

  it('an older version than that of the database', async () => {
    await administer(`insert into schema_version values (9999, 'of a newer version', 0, 9999)`)
    onTestFinished(() => administer('delete from schema_version where number = 9999'))
    await expect(started('b')).rejects.toThrow(/schema step 9999 .*: install that version, which "postern nodes" shows/)
  })

  it('and the others start, also when the node with another URL has stopped', async () => {
    const b = await started('b')
    await b.stop()
    await a.stop()
    await (await started('c', { 'https.public_url': 'https://other.contoso.test' })).stop()
    await a.restart()
  })
})

const keys = (current: string, previous = ''): Overrides => ({
  'keys.master_key_file': '',
  'keys.master_key': current,
  'keys.previous_master_key': previous,
})

it('the master key changes in three steps while the nodes run, one after another', async () => {
  const [before, after] = ['an old', 'a new'].map((age) => `${age} master key of more than 32 characters`)
  const other = await SharedStore.open()
  const nodes = await Promise.all(['a', 'b'].map((name) => RunningServer.start(other.node(name, keys(before!)))))
  onTestFinished(async () => {
    await Promise.all(nodes.map((node) => node.close()))
    await other.close()
  })
  for (const [current, previous] of [[before, after], [after, before], [after]]) {
    for (const [nth, node] of nodes.entries()) {
      await node.stop()
      await node.restart(other.node('ab'[nth]!, keys(current!, previous)))
      // Each node signs tokens with the key that this one makes.
      const { kid } = await node.json<{ kid: string }>('New-SigningKey', '-Immediately')
      for (const one of nodes) {
        await expect
          .poll(() => one.json('Get-SigningKey'))
          .toContainEqual(expect.objectContaining({ kid, state: 'signing' }))
      }
    }
  }
})
