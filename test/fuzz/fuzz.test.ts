import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SeededRandom } from '../support/seeded-random.ts'
import { Coverage } from './coverage.ts'
import { Fuzzer } from './fuzzer.ts'
import { mutate } from './mutate.ts'
import type { FuzzTarget } from './target.ts'
import { targets } from './targets.ts'

/** A taste of what `npm run test:fuzz` does for as long as one likes. */
const TRIES = 150

const found = (name: string): string[] => {
  const folder = path.resolve(import.meta.dirname, '../corpus', name, 'found')
  return existsSync(folder) ? readdirSync(folder).map((file) => path.join(folder, file)) : []
}

describe.each(Object.entries(targets))('%s', (name, open) => {
  let target: FuzzTarget
  beforeAll(async () => {
    target = await open()
  })
  afterAll(() => target.close())

  test('bears what it was given before', async () => {
    for (const file of found(name)) {
      for (let seed = 0; seed < 4; seed += 1) await target.run([readFileSync(file)], new SeededRandom(seed))
    }
  })

  test('bears whatever it is given', async () => {
    const coverage = await Coverage.start()
    try {
      const hunt = new Fuzzer(target, new SeededRandom(1), coverage)
      await hunt.run((tries) => tries < TRIES)
      expect(hunt.tries).toBe(TRIES)
    } finally {
      coverage.stop()
    }
  })
})

test('the same seed changes the same input in the same way', () => {
  const seeds = [Buffer.from('a1 FETCH 1:3 (UID FLAGS)\r\n'), Buffer.from('a2 NOOP\r\n')]
  const once = () => {
    const chance = new SeededRandom(7)
    return Array.from({ length: 50 }, () => mutate(chance, seeds[0]!, seeds, ['{3}\r\n']).toString('latin1'))
  }
  expect(once()).toEqual(once())
  expect(new Set(once()).size).toBeGreaterThan(40)
})
