import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { DynamicForest } from './dynamic-forest.ts'

const NODES = 12
const node = fc.nat(NODES - 1)
const steps = fc.array(
  fc.oneof(
    fc.record({ does: fc.constant('link'), one: node, other: node }),
    fc.record({ does: fc.constant('cut'), one: node, other: node }),
  ),
  { maxLength: 80 },
)

test('roots are those that climbing from child to parent finds', () => {
  fc.assert(
    fc.property(steps, (steps) => {
      const forest = new DynamicForest(NODES)
      const parents = new Map<number, number>()
      const climb = (from: number): number => (parents.has(from) ? climb(parents.get(from)!) : from)
      for (const { does, one, other } of steps) {
        if (does === 'cut') {
          forest.cut(one)
          parents.delete(one)
        } else {
          const root = climb(one)
          if (climb(other) === root) continue
          forest.link(root, other)
          parents.set(root, other)
        }
        for (let each = 0; each < NODES; each++) expect(forest.rootOf(each)).toBe(climb(each))
      }
    }),
    { numRuns: 300 },
  )
})
