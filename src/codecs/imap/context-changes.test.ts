import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { additions, type ResultRun, removals, writeChanges } from './esearch.ts'

const of = { tag: 'B01', uid: true } as const
const at = (position: number, ...results: number[]): ResultRun => ({ position, results })

describe('RFC 5267 §4.3', () => {
  test.each<[readonly ResultRun[], readonly ResultRun[], string]>([
    [[], [at(0, 32_768, 32_769)], '* ESEARCH (TAG "B01") UID ADDTO (0 32768:32769)\r\n'],
    [[at(0, 32_768)], [], '* ESEARCH (TAG "B01") UID REMOVEFROM (0 32768)\r\n'],
    [[at(1, 5), at(3, 9, 2)], [at(2, 7, 8)], '* ESEARCH (TAG "B01") UID REMOVEFROM (1 5 3 9,2) ADDTO (2 7:8)\r\n'],
    [[], [], ''],
  ])('writes changes %#', (removed, added, said) => expect(writeChanges(of, removed, added)).toBe(said))

  test('writes sequence numbers, and the searched folder', () => {
    expect(writeChanges({ tag: 'c', uid: false }, [], [at(0, 4)])).toBe('* ESEARCH (TAG "c") ADDTO (0 4)\r\n')
    expect(writeChanges({ ...of, at: { mailbox: 'INBOX', uidValidity: 3 } }, [at(0, 4)], [])).toBe(
      '* ESEARCH (TAG "B01" MAILBOX INBOX UIDVALIDITY 3) UID REMOVEFROM (0 4)\r\n',
    )
  })

  test('§4.3.3: writes the form that the RFC prefers', () => {
    expect(additions([2731, 2732, 2733, 2734, 2735], new Set([2731, 2732, 2733]))).toEqual([at(1, 2731, 2732, 2733)])
  })
})

/** Applies the changes as a client has to (RFC 5267 §4.3.3, §4.3.4). */
function follow(results: readonly number[], removed: readonly ResultRun[], added: readonly ResultRun[]): number[] {
  const list = [...results]
  for (const { position, results } of removed) expect(list.splice(position - 1, results.length)).toEqual(results)
  for (const { position, results } of added) list.splice(position - 1, 0, ...results)
  return list
}

test('a client that applies the changes has the results in their order', () => {
  const lists = fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { maxLength: 40 })
  fc.assert(
    fc.property(lists, fc.func(fc.boolean()), fc.func(fc.boolean()), (order, before, after) => {
      const was = order.filter((each) => before(each))
      const is = order.filter((each) => after(each))
      const gone = new Set(was).difference(new Set(is))
      const fresh = new Set(is).difference(new Set(was))
      expect(follow(was, removals(was, gone), additions(is, fresh))).toEqual(is)
    }),
  )
})
