import { KeyTable } from '../../src/domain/tokens/key-table.ts'
import { makeKey } from '../../src/domain/tokens/signing-key.ts'
import type { Sql } from '../../src/storage/engine.ts'
import { TestWorld } from './world.ts'

let made: ReturnType<typeof makeKey> | undefined

/** The key that signs tokens: one for all tests of a file, since to make one takes longer than most tests. */
export async function keepSigningKey({ sql, world }: { sql: Sql; world: TestWorld }): Promise<void> {
  const key = await (made ??= makeKey(new TestWorld()))
  const table = new KeyTable({ sql, world, master: { current: undefined, previous: undefined } })
  await table.add({ ...key, signsFrom: world.now() }, () => false)
}
