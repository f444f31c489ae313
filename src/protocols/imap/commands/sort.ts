import { isAnswered, readReturn, spokenOf, writeEsearch } from '../../../codecs/imap/esearch.ts'
import { readCharsetAndSearch, readSortTerms, type SortKey } from '../../../codecs/imap/sort-program.ts'
import type { Uid } from '../../../core/ids.ts'
import type { SortCriterion } from '../../../domain/mail/types.ts'
import { command } from '../command.ts'
import { enablingCondstore } from '../condstore.ts'
import type { FolderView } from '../folder-view.ts'
import { foundBy } from '../found.ts'
import { ReplyBuffer } from '../reply-buffer.ts'
import { asksModSeq, keyOf, refuseNumbers } from '../search-key.ts'
import { needsUids } from '../sets.ts'

const criteria: Readonly<Record<SortKey, SortCriterion>> = {
  ARRIVAL: 'arrival',
  CC: 'cc',
  DATE: 'date',
  DISPLAYFROM: 'displayFrom',
  DISPLAYTO: 'displayTo',
  FROM: 'from',
  SIZE: 'size',
  SUBJECT: 'subject',
  TO: 'to',
}

export const sort = command({
  name: 'SORT',
  profile: 'standards',
  in: ['selected'],
  spec: 'RFC 5256 §3, RFC 5957 §3, RFC 5267 §3',
  uid: 'also',
  news: 'held',
  parse(reader, reading) {
    needsUids(reading)
    const asked = readReturn(reader.space())
    const order = readSortTerms(reader).map(({ key, reverse }) => ({ by: criteria[key], reverse }))
    const { nesting: depth } = reading.settings
    const term = readCharsetAndSearch(reader.space(), { charsets: ['US-ASCII', 'UTF-8'], depth })
    if (reading.uidOnly) refuseNumbers(term)
    return { asked, order, term }
  },
  async *run({ session, state, tag, uid }, { asked, order, term }) {
    const { mailbox, selected } = state
    const { view, folder } = selected
    const key = await keyOf(term, state, session.deps.world)
    if (asked?.save) view.save([])
    const withModSeq = asksModSeq(term)
    if (withModSeq) yield* enablingCondstore(session)
    const found = await foundBy(session, state, key)
    const sorted = (await mailbox.sort(folder.id, found, order)).filter((each) => view.holds(each))
    const spoken = asked ? spokenOf(asked, sorted) : sorted
    if (asked?.save) view.save(spoken.toSorted((one, other) => one - other))
    const modSeq = withModSeq ? highest(view, spoken) : undefined
    if (!asked) yield numbers(view, sorted, uid, modSeq)
    else if (isAnswered(asked)) {
      yield writeEsearch(asked, { tag, uid, numbers: uid ? sorted : sorted.map((each) => view.seqOf(each)), modSeq })
    }
  },
})

const highest = ({ index }: FolderView, uids: readonly Uid[]): number =>
  uids.reduce((most, uid) => Math.max(most, index.modSeqAt(index.positionOf(uid))), 0)

/** RFC 7162 §3.1.6: the answer tells a mod-sequence where the search asked about some. */
function numbers(view: FolderView, sorted: readonly Uid[], uid: boolean, modSeq: number | undefined): Uint8Array {
  const out = new ReplyBuffer(4096).text('* SORT')
  for (const each of sorted) out.text(' ').number(uid ? each : view.seqOf(each))
  if (modSeq) out.text(' (MODSEQ ').number(modSeq).text(')')
  return out.text('\r\n').take()
}
