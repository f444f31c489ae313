import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { sql } from '../../storage/engine.ts'
import { uidStatements } from './uid-statements.ts'

const head = sql`select uid from state where folder = ${7} and uid`

test('a run becomes a range, what is scattered becomes a list of a few sizes', () => {
  const run = Array.from({ length: 20 }, (_, n) => n + 100)
  const [range, list, ...more] = uidStatements(head, [1, 3, 5, ...run], ' order by uid')
  expect(more).toEqual([])
  expect(range!.parts.join('?')).toBe('select uid from state where folder = ? and uid between ? and ? order by uid')
  expect(range!.args).toEqual([7, 100, 119])
  expect(list!.parts.join('?')).toBe('select uid from state where folder = ? and uid in (?,?,?,?,?,?,?,?) order by uid')
  expect(list!.args).toEqual([7, 1, 3, 5, 5, 5, 5, 5, 5])
})

test('nothing asks nothing', () => {
  expect(uidStatements(head, [])).toEqual([])
})

test('together the statements ask for exactly the numbers given, each once, with a gap for every argument', () => {
  const numbers = fc.uniqueArray(fc.integer({ min: 1, max: 3000 }), { maxLength: 2500 })
  fc.assert(
    fc.property(numbers, fc.integer({ min: 1, max: 3000 }), fc.nat(100), (scattered, start, length) => {
      const run = Array.from({ length }, (_, n) => start + n)
      const given = [...new Set([...scattered, ...run])].sort((a, b) => a - b)
      const asked = uidStatements(head, given).flatMap(({ parts, args }) => {
        expect(parts).toHaveLength(args.length + 1)
        const [, ...bounds] = args as number[]
        if (parts.at(-1) !== '') return [...new Set(bounds)]
        return Array.from({ length: bounds[1]! - bounds[0]! + 1 }, (_, n) => bounds[0]! + n)
      })
      expect(asked.sort((a, b) => a - b)).toEqual(given)
    }),
    { numRuns: 50 },
  )
})
