import { describe, expect, it } from 'vitest'
import { secretTable } from '../../test/support/nodes.ts'
import { openEngine } from '../../test/support/tenant.ts'
import { TestWorld } from '../../test/support/world.ts'
import type { MasterKeys } from '../domain/tokens/key-table.ts'
import { type Sql, sql } from '../storage/engine.ts'
import { SharedSecrets } from './shared-secrets.ts'

const OLD = 'an old master key of more than 32 characters'
const NEW = 'a new master key of more than 32 characters'

/** A database with the table of secrets. */
const database = async (): Promise<Sql> => (await openEngine({ migrations: [secretTable] })).engine.sql

const open = (rows: Sql, current: string | undefined, previous?: string): Promise<SharedSecrets> =>
  SharedSecrets.open({ sql: rows, world: new TestWorld(), master: { current, previous } satisfies MasterKeys })

describe('shared secrets', () => {
  it('are the same at every node: the first one counts', async () => {
    const rows = await database()
    const [one, other] = [await open(rows, OLD), await open(rows, OLD)]
    expect(await one.get('x')).toBeUndefined()
    expect(await Promise.all([one.keep('x', 'first'), other.keep('x', 'second')])).toEqual(['first', 'first'])
    await other.replace('x', 'third')
    expect(await one.get('x')).toBe('third')
  })

  it('are encrypted in the database, each for its name', async () => {
    const rows = await database()
    const secrets = await open(rows, OLD)
    await secrets.keep('x', 'a secret')
    await secrets.keep('y', 'another')
    const stored = await rows.all<{ sealed: string }>(sql`select sealed from engine_secret`)
    expect(JSON.stringify(stored)).not.toContain('a secret')
    await rows.write(function* () {
      yield sql`update engine_secret set sealed = (select sealed from engine_secret where name = 'x') where name = 'y'`
    })
    await expect(secrets.get('y')).rejects.toThrow('The master key of this node is not the one')
  })

  it('need a master key', async () => {
    await expect(open(await database(), undefined)).rejects.toThrow('name it in keys.master_key_file')
  })

  it('refuse a node with another master key', async () => {
    const rows = await database()
    await open(rows, OLD)
    await expect(open(rows, NEW)).rejects.toThrow('copy the master key of another node')
    await expect(open(rows, NEW, `${NEW}!`)).rejects.toThrow('copy the master key of another node')
    await open(rows, OLD)
  })

  it('are readable at every node while the nodes change to a new key one after another', async () => {
    const rows = await database()
    const before = await open(rows, OLD)
    await before.keep('x', 'a secret')
    const both = await open(rows, OLD, NEW)
    const after = await open(rows, NEW, OLD)
    expect(await both.get('x')).toBe('a secret')
    expect(await after.get('x')).toBe('a secret')
    await both.replace('x', 'changed')
    expect(await after.get('x')).toBe('changed')
    // The last node changes to the new key. After that, no node needs the old one.
    await open(rows, NEW, OLD)
    expect(await (await open(rows, NEW)).get('x')).toBe('changed')
  })
})
