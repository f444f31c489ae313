import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Uid } from '../../../core/ids.ts'
import { Grouping, groupsOf, groupsText } from './journal.ts'
import type { Flags } from '../types.ts'

const someFlags: fc.Arbitrary<Flags> = fc.record({
  system: fc.integer({ min: 0, max: 31 }),
  keywords: fc.subarray(['$Forwarded', '$Junk', 'a', 'z']),
})

test('one line says which messages have which flags', () => {
  const groups = [
    { flags: { system: 1, keywords: ['$Junk', 'x'] }, uids: [1, 2, 3, 7] as Uid[] },
    { flags: { system: 0, keywords: [] }, uids: [5] as Uid[] },
  ]
  expect(groupsText(groups)).toBe('1:3,7 1 $Junk x\n5 0 ')
})

test('reading gives back what was written', () => {
  fc.assert(
    fc.property(fc.array(someFlags, { minLength: 1, maxLength: 30 }), (flags) => {
      const grouping = new Grouping()
      flags.forEach((each, nth) => grouping.add((nth + 1) as Uid, each))
      const read = groupsOf(groupsText(grouping.groups))
      expect(read).toEqual(grouping.groups)
      const byUid = new Map(read.flatMap(({ flags, uids }) => uids.map((uid) => [uid, flags])))
      expect(flags.map((_, nth) => byUid.get((nth + 1) as Uid))).toEqual(flags)
    }),
  )
})
