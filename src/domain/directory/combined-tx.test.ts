import { describe, expect, it, onTestFinished } from 'vitest'
import { temporaryDirectory } from '../../../test/support/disk.ts'
import { openMigrated } from '../../../test/support/tenant.ts'
import { TestWorld } from '../../../test/support/world.ts'
import { silentLog } from '../../core/log.ts'
import { ask, type Hold, named, sql, type SqlDialect, type Statements, type Write } from '../../storage/engine.ts'
import { combinedTx } from './directory-tx.ts'

async function opened() {
  const migrations = [
    {
      number: 1,
      name: 'one',
      up: ({ identity }: SqlDialect) => [`create table word (place ${identity}, word text not null unique)`],
    },
  ]
  const dir = temporaryDirectory()
  const engine = await openMigrated({ dir, migrations, world: new TestWorld(), log: silentLog })
  onTestFinished(() => engine.close())
  let writes = 0
  const held: Hold[] = []
  const counted: { write: Write } = {
    write: (work, holds = []) => {
      writes++
      held.push(...holds)
      return engine.sql.write(work)
    },
  }
  const words = async () =>
    (await engine.sql.all<{ word: string }>(sql`select word from word order by place`)).map(({ word }) => word)
  return { engine, counted, held, words, writes: () => writes }
}

const adding = (word: string) =>
  function* (): Statements<string> {
    yield* ask(sql`insert into word (word) values (${word})`)
    return word.toUpperCase()
  }

describe('a joint write', () => {
  it('is one transaction in the order of its parts, whichever is ready first', async () => {
    const { counted, words, writes } = await opened()
    const slow = Promise.withResolvers<void>()
    const joint = combinedTx(counted, [
      async (write) => {
        await slow.promise
        return write(adding('one'))
      },
      async (write) => (await write(adding('two'))).length,
      async () => 'nothing to write',
    ])
    slow.resolve()
    expect(await joint).toEqual(['ONE', 3, 'nothing to write'])
    expect(await words()).toEqual(['one', 'two'])
    expect(writes()).toBe(1)
  })

  it('writes nothing when a part fails before it writes, and lets no part wait for ever', async () => {
    const { counted, words, writes } = await opened()
    const late = Promise.withResolvers<void>()
    const heard: unknown[] = []
    const part = (word: string, when: Promise<void>) => async (write: Write) => {
      await when
      await write(adding(word)).catch((error: unknown) => heard.push(error))
    }
    const failure = new Error('no')
    const joint = combinedTx(counted, [
      part('one', Promise.resolve()),
      () => Promise.reject(failure),
      part('two', late.promise),
    ])
    late.resolve()
    await expect(joint).rejects.toBe(failure)
    expect(heard).toEqual([failure, failure])
    expect(await words()).toEqual([])
    expect(writes()).toBe(0)
  })

  it('leaves nothing behind when one of its writes fails', async () => {
    const { counted, words } = await opened()
    await expect(
      combinedTx(counted, [(write) => write(adding('one')), (write) => write(adding('one'))]),
    ).rejects.toThrow(/unique/i)
    expect(await words()).toEqual([])
  })

  it('writes nothing where no part does', async () => {
    const { counted, writes } = await opened()
    expect(await combinedTx(counted, [async () => 1, async () => 2])).toEqual([1, 2])
    expect(await combinedTx(counted, [])).toEqual([])
    expect(writes()).toBe(0)
  })

  it('lets a part write once', async () => {
    const { counted } = await opened()
    const twice = combinedTx(counted, [
      async (write) => {
        await write(adding('one'))
        await write(adding('two'))
      },
    ])
    await expect(twice).rejects.toThrow('has written already')
  })

  it('holds what its parts hold', async () => {
    const { counted, held } = await opened()
    const [one, two, three] = ['one', 'two', 'three'].map(named) as [Hold, Hold, Hold]
    await combinedTx(
      counted,
      [(write) => write(adding('one'), [two, one]), async (write) => write(adding('two'), [three, two])],
      { holds: [one] },
    )
    expect(held).toEqual([one, two, three])
  })
})
