import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { allOf, joined, listing, those } from './listing.ts'

const numbers = Array.from({ length: 2000 }, (_, at) => at)
const outputsOf = (some: readonly number[]) => some.map((at) => ({ Name: `n${at}`, Rest: at % 7 }))

describe('a listing', () => {
  it('makes the objects of the page that is asked for, and no others', async () => {
    const made: number[] = []
    const things = await listing(numbers, (some) => (made.push(...some), outputsOf(some)), {})
    expect(made).toEqual([])
    expect(await things.slice(1990, 2500)).toEqual(outputsOf(numbers.slice(1990)))
    expect([things.length, made.length]).toEqual([2000, 10])
  })

  it('is what fits, in the order that is asked for, page by page', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(9), fc.nat(6), fc.nat(300), async (last, rest, from) => {
        const given = { Filter: `name -like '*${last}' -and rest -eq ${rest}`, SortBy: 'NAME' }
        const things = await listing(numbers, outputsOf, given)
        const fitting = outputsOf(numbers)
          .filter((it) => it.Name.endsWith(String(last)) && it.Rest === rest)
          .toSorted((one, other) => Number(one.Name.slice(1)) - Number(other.Name.slice(1)))
        expect(things.length).toBe(fitting.length)
        expect(await things.slice(from, from + 10)).toEqual(fitting.slice(from, from + 10))
      }),
      { numRuns: 20 },
    )
  })

  it('may be two, one behind the other', async () => {
    const [few, others] = [numbers.slice(0, 7), numbers.slice(7, 12)]
    const both = joined(few, others)
    await fc.assert(
      fc.asyncProperty(fc.nat(14), fc.nat(14), async (from, length) => {
        expect(await both.slice(from, from + length)).toEqual(numbers.slice(0, 12).slice(from, from + length))
      }),
    )
    expect(await those(both, (at) => at % 5 === 1)).toEqual([1, 6, 11])
  })

  it('lets others have their turns while a long one is looked through', async () => {
    for (const long of [() => listing(numbers, outputsOf, { Filter: "Name -eq 'none'" }), () => allOf(numbers)]) {
      const others = { had: false }
      setImmediate(() => (others.had = true))
      await long()
      expect(others.had).toBe(true)
    }
  })

  it('refuses a property that the objects do not have, and none where there are no objects', async () => {
    await expect(listing(numbers, outputsOf, { SortBy: 'Nonsense' })).rejects.toThrow("'Nonsense' is no property")
    expect(await listing([], outputsOf, { Filter: 'Nonsense -eq 1' })).toMatchObject({ length: 0 })
  })
})
