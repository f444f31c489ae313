import { expect, onTestFinished, test } from 'vitest'
import { openBucket } from '../../../test/support/s3.ts'
import { TestWorld } from '../../../test/support/world.ts'
import { DAY, HOUR } from '../../core/time.ts'
import { ObjectRemover } from './object-remover.ts'

test('objects that nothing names are removed when they are old', async () => {
  const bucket = await openBucket()
  onTestFinished(() => bucket.close())
  const world = new TestWorld(Date.now())
  const objects = bucket.store(world)
  for (const key of ['packs/1-named', 'packs/2-replaced', 'packs/3-left', 'other/4']) {
    await objects.put(key, Buffer.from(key))
  }
  const named = new Set(['packs/1-named', 'packs/2-replaced'])
  const database = {
    query: async <R>(text: string, [keys]: readonly unknown[] = []) =>
      (text.includes('union') ? (keys as string[]) : []).flatMap((object) =>
        named.has(object) ? { object } : [],
      ) as R[],
  }
  const remover = new ObjectRemover({ database, objects, world, kept: 3 * DAY })
  const left = async () => (await Array.fromAsync(objects.list(''))).flat().map(({ key }) => key)

  for (const wait of [0, HOUR, DAY]) {
    world.advance(wait)
    await remover.step()
    expect(await left()).toHaveLength(4)
  }
  world.advance(2 * DAY)
  await remover.step()
  expect(await left()).toEqual(['other/4', 'packs/1-named', 'packs/2-replaced'])
})
