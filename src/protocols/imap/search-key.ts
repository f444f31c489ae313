import type { SearchTerm } from '../../codecs/imap/search-keys.ts'
import { type MessageSet, type NumberRange, resolveSet } from '../../codecs/imap/sequence-set.ts'
import type { ModSeq, Uid } from '../../core/ids.ts'
import { refuse } from '../../core/refusal.ts'
import type { SearchKey } from '../../domain/mail/types.ts'
import type { Dialect } from './dialect.ts'
import type { FolderView } from './folder-view.ts'

/** Exchange Online has no user keywords, no saved results and no mod-sequences, and takes a search for one as an error in the argument. */
export function refuseUnobserved(term: SearchTerm, dialect: Dialect): void {
  if (!dialect.exchange) return
  if (term.key === 'flag' && term.keyword) refuse('bad-syntax', 'There are no keywords')
  if (term.key === 'modseq' || ('set' in term && term.set === '$')) refuse('bad-syntax', 'There is no such search key')
  if (term.key === 'not') refuseUnobserved(term.of, dialect)
  if (term.key === 'or' || term.key === 'and') for (const part of term.of) refuseUnobserved(part, dialect)
}

/** Sequence numbers and `\Recent` are turned into UIDs: they mean something in this session only. */
export function keyOf(term: SearchTerm, view: FolderView): SearchKey {
  switch (term.key) {
    case 'all':
      return { key: 'all' }
    case 'uid':
      return uids(term.set === '$' ? runs(view.saved) : resolveSet(term.set, view.lastUid))
    case 'sequence':
      return uids(runs(bySeq(view, term.set)))
    case 'recent':
      return uids(view.recent)
    case 'old':
      return { key: 'not', of: uids(view.recent) }
    case 'new':
      return { key: 'and', of: [uids(view.recent), { key: 'flag', flag: '\\Seen', set: false }] }
    case 'flag':
      return { key: 'flag', flag: term.flag, set: term.set }
    case 'modseq':
      return { key: 'modseq', from: term.from as ModSeq }
    case 'not':
      return { key: 'not', of: keyOf(term.of, view) }
    case 'or':
    case 'and':
      return { key: term.key, of: term.of.map((part) => keyOf(part, view)) }
    default:
      return term
  }
}

const uids = (ranges: readonly NumberRange[]): SearchKey => ({
  key: 'uids',
  ranges: ranges as readonly (readonly [Uid, Uid])[],
})

/** Numbers beyond the last message match nothing. */
const bySeq = (view: FolderView, set: MessageSet): readonly Uid[] => {
  if (set === '$') return view.saved
  const ranges = resolveSet(set, view.count)
    .filter(([from]) => from <= view.count)
    .map(([from, to]) => [from, Math.min(to, view.count)] as const)
  return view.bySeq(ranges).uids
}

/** Whether a search asks about mod-sequences, and its answer tells them (RFC 7162 §3.1.5). */
export function asksModSeq(term: SearchTerm): boolean {
  if (term.key === 'not') return asksModSeq(term.of)
  return term.key === 'modseq' || ((term.key === 'or' || term.key === 'and') && term.of.some(asksModSeq))
}

function runs(ascending: readonly Uid[]): (readonly [Uid, Uid])[] {
  const ranges: [Uid, Uid][] = []
  for (const uid of ascending) {
    const last = ranges[ranges.length - 1]
    if (last && last[1] === uid - 1) last[1] = uid
    else ranges.push([uid, uid])
  }
  return ranges
}
