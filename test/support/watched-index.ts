import { expect, onTestFinished } from 'vitest'
import type { Uid } from '../../src/core/ids.ts'
import type { Change, FolderIndex } from '../../src/domain/mail/types.ts'

/** A reader that knows only what an index tells it. */
export interface WatchedIndex {
  uids: Uid[]
  readonly changes: Change[]
  stop(): void
}

const uidsIn = (index: FolderIndex): Uid[] =>
  Array.from({ length: index.count }, (_, position) => index.uidAt(position))

/** Watches an index. The test fails when, at any change, the index says something else than what was told. */
export function watchIndex(index: FolderIndex): WatchedIndex {
  const faults: string[] = []
  onTestFinished(() => expect(faults).toEqual([]))
  const check = (right: boolean, fault: string) => {
    if (!right) faults.push(fault)
  }
  const stop = index.watch((change) => {
    seen.changes.push(change)
    if (change.kind === 'gone') return
    // Where a write has more to tell, the folder is not up to it yet.
    const ahead = change.modSeq - index.highestModSeq
    check(ahead === 0 || ahead === 1, 'the mod-sequence is not the highest')
    const { kind, uids } = change
    check(
      uids.every((uid, at) => at === 0 || uids[at - 1]! < uid),
      'UIDs are not ascending',
    )
    const known = new Set(seen.uids)
    check(
      uids.every((uid) => known.has(uid) === (kind !== 'added')),
      `${kind}: told of what was not so`,
    )
    if (kind === 'added') seen.uids.push(...uids)
    if (kind === 'expunged') seen.uids = seen.uids.filter((uid) => !uids.includes(uid))
    check(seen.uids.join() === uidsIn(index).join(), `${kind}: the index holds other messages than it told of`)
  })
  const seen: WatchedIndex = { uids: uidsIn(index), changes: [], stop }
  return seen
}
