import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { MemoryIndex } from '../../../../test/support/memory-index.ts'
import { FolderView } from './folder-view.ts'
import { pick, pickChanged } from './message-sets.ts'

const step = fc.record({ do: fc.constantFrom('add', 'expunge', 'flag', 'tell'), nth: fc.nat(30) })
const range = fc.tuple(fc.nat(20), fc.nat(20)).map(([from, to]) => [from + 1, to + 1] as const)

test('changed messages of a set are the messages of the set that changed, with any pending updates', () => {
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 30 }),
      fc.array(range, { minLength: 1, maxLength: 4 }),
      fc.nat(30),
      (steps, set, since) => {
        const index = new MemoryIndex()
        index.add(12)
        const view = new FolderView(index, { claims: true })
        index.watch((change) => view.apply(change))
        for (const { do: what, nth } of steps) {
          if (what === 'add') index.add(1)
          else if (what === 'tell') for (const _ of view.updates(true));
          else if (index.count > 0) index[what === 'flag' ? 'flag' : 'expunge']([nth % index.count], 4)
        }
        const changed = (uids: readonly number[]) =>
          uids.filter((uid) => index.rows.some((row) => row.uid === uid && row.modSeq > since))
        const numbers = set.filter(([from, to]) => Math.max(from, to) <= view.count)
        const sets = numbers.length > 0 ? [numbers, '$' as const] : ['$' as const]
        view.save(view.byUid([[3, 9]]).uids)
        for (const each of sets) {
          for (const uid of [true, false]) {
            expect(pickChanged(view, each, uid, since)).toEqual(changed(pick(view, each, uid).uids))
          }
        }
      },
    ),
    { numRuns: 500 },
  )
})
