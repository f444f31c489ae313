import { isAnswered, readReturn, type ReturnOptions, spokenOf, writeEsearch } from '../../../codecs/imap/esearch.ts'
import type { Reader } from '../../../codecs/imap/reader.ts'
import { readSearch, type SearchTerm } from '../../../codecs/imap/search-keys.ts'
import type { Uid } from '../../../core/ids.ts'
import { Refusal } from '../../../core/refusal.ts'
import { command, type Reading } from '../command.ts'
import { enablingCondstore } from '../condstore.ts'
import type { FolderView } from '../folder-view.ts'
import { ReplyBuffer } from '../reply-buffer.ts'
import { asksModSeq, keyOf, refuseNumbers, refuseUnobserved } from '../search-key.ts'
import { needsUids } from '../sets.ts'

/** RFC 9051 §6.4.4: what a search without RETURN asks for. */
const everything: ReturnOptions = { min: false, max: false, all: true, count: false, save: false }

export const search = command({
  name: 'SEARCH',
  in: ['selected'],
  spec: 'RFC 3501 §6.4.4, RFC 4731, RFC 5182, RFC 7162 §3.1.5',
  uid: 'also',
  news: 'held',
  parse(reader, reading) {
    needsUids(reading)
    const asked = reading.exchange ? undefined : readReturn(reader.space())
    if (reading.exchange) reader.space()
    return { asked: asked ?? (reading.rev2 ? everything : undefined), term: readTerm(reader, reading) }
  },
  async *run({ session, state, tag, uid }, { asked, term }) {
    const { view, folder } = state.selected
    // RFC 5182 §2.1: a search that fails leaves nothing saved.
    const key = term instanceof Refusal ? undefined : await keyOf(term, state, session.deps.world)
    if (asked?.save) view.save([])
    if (term instanceof Refusal) throw term
    const withModSeq = asksModSeq(term)
    if (withModSeq) yield* enablingCondstore(session)
    const found = await state.mailbox.search(folder.id, key!, session.wire.closed)
    // What the client has not been told of yet is not found.
    const results = found.filter((each) => view.holds(each))
    const spoken = asked ? spokenOf(asked, results) : results
    if (asked?.save) view.save(spoken)
    const modSeq = withModSeq ? highest(view, spoken) : undefined
    if (!asked) yield numbers(view, results, uid, modSeq)
    else if (isAnswered(asked)) {
      yield writeEsearch(asked, { tag, uid, numbers: uid ? results : results.map((each) => view.seqOf(each)), modSeq })
    }
  },
})

/** A charset that we do not have is told once it is known what the failure undoes. */
function readTerm(reader: Reader, reading: Reading): SearchTerm | Refusal {
  const charsets = reading.exchange ? ['US-ASCII'] : ['US-ASCII', 'UTF-8']
  try {
    const { charset, term } = readSearch(reader, { charsets, depth: reading.settings.nesting })
    // RFC 6855 §3: everything is UTF-8, and there is nothing to choose; RFC 9051 §6.4.4 lets the client say so.
    if (charset !== undefined && reading.utf8 && !reading.rev2)
      return new Refusal('bad-syntax', 'CHARSET is not for those who enabled UTF-8')
    refuseUnobserved(term, reading)
    if (reading.uidOnly) refuseNumbers(term)
    return term
  } catch (thrown) {
    if (!(thrown instanceof Refusal) || reading.exchange || thrown.detail['code'] !== 'BADCHARSET') throw thrown
    reader.drop()
    return thrown
  }
}

const highest = ({ index }: FolderView, uids: readonly Uid[]): number =>
  uids.reduce((most, uid) => Math.max(most, index.modSeqAt(index.positionOf(uid))), 0)

function numbers(view: FolderView, found: readonly Uid[], uid: boolean, modSeq: number | undefined): Uint8Array {
  const out = new ReplyBuffer(4096).text('* SEARCH')
  for (const each of found) out.text(' ').number(uid ? each : view.seqOf(each))
  if (modSeq) out.text(' (MODSEQ ').number(modSeq).text(')')
  return out.text('\r\n').take()
}
