import { readSearch, type SearchTerm } from '../../../codecs/imap/search-keys.ts'
import { type NumberRange, resolveSet, type SequenceSet } from '../../../codecs/imap/sequence-set.ts'
import { refuse } from '../../../core/refusal.ts'
import type { Uid } from '../../../core/ids.ts'
import type { SearchKey } from '../../../domain/mail/types.ts'
import { command, type Reading } from '../command.ts'
import type { FolderView } from '../folder-view.ts'
import { ReplyBuffer } from '../reply-buffer.ts'

export const search = command({
  name: 'SEARCH',
  in: ['selected'],
  spec: 'RFC 3501 §6.4.4',
  uid: 'also',
  news: 'held',
  parse(reader, reading) {
    const charsets = reading.exchange ? ['US-ASCII'] : ['US-ASCII', 'UTF-8']
    const { term } = readSearch(reader.space(), { charsets, depth: reading.settings.nesting })
    refuseKeywords(term, reading)
    return term
  },
  async *run({ session, state, uid }, term) {
    const { view, folder } = state.selected
    const found = await state.mailbox.search(folder.id, keyOf(term, view), session.wire.closed)
    yield numbers(view, found, uid)
  },
})

/** Exchange Online has no user keywords, and takes a search for one as an error in the argument. */
function refuseKeywords(term: SearchTerm, reading: Reading): void {
  if (!reading.exchange) return
  if (term.key === 'flag' && term.keyword) refuse('bad-syntax', 'There are no keywords')
  if (term.key === 'not') refuseKeywords(term.of, reading)
  if (term.key === 'or' || term.key === 'and') for (const part of term.of) refuseKeywords(part, reading)
}

/** Sequence numbers and `\Recent` are turned into UIDs: they mean something in this session only. */
function keyOf(term: SearchTerm, view: FolderView): SearchKey {
  switch (term.key) {
    case 'all':
      return { key: 'all' }
    case 'uid':
      return uids(resolveSet(term.set, view.lastUid))
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
const bySeq = (view: FolderView, set: SequenceSet): readonly Uid[] => {
  const ranges = resolveSet(set, view.count)
    .filter(([from]) => from <= view.count)
    .map(([from, to]) => [from, Math.min(to, view.count)] as const)
  return view.bySeq(ranges).uids
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

/** What the client has not been told of yet is not found. */
function numbers(view: FolderView, found: readonly Uid[], uid: boolean): Uint8Array {
  const out = new ReplyBuffer(4096).text('* SEARCH')
  for (const each of found) if (view.holds(each)) out.text(' ').number(uid ? each : view.seqOf(each))
  return out.text('\r\n').take()
}
