import { everything, readReturn } from '../../../codecs/imap/esearch.ts'
import { Refusal } from '../../../core/refusal.ts'
import { command } from '../command.ts'
import { enablingCondstore } from '../condstore.ts'
import { foundBy } from '../found.ts'
import { searchHighest } from '../message-limit.ts'
import { readTerm } from '../read-term.ts'
import { searchAnswer } from '../search-answer.ts'
import { programOf } from '../search-key.ts'
import { asksModSeq, refuseRelevancy } from '../search-terms.ts'
import { needsUids } from '../sets.ts'

export const search = command({
  name: 'SEARCH',
  in: ['selected'],
  spec: 'RFC 3501 §6.4.4, RFC 4731, RFC 5182, RFC 6203, RFC 7162 §3.1.5, RFC 9738 §3.1',
  uid: 'also',
  news: 'held',
  parse(reader, reading) {
    needsUids(reading)
    const asked = reading.exchange ? undefined : readReturn(reader.space())
    if (reading.exchange) reader.space()
    const term = readTerm(reader, reading)
    if (asked?.relevancy && !(term instanceof Refusal)) refuseRelevancy(term)
    return { asked: asked ?? (reading.rev2 ? everything : undefined), term }
  },
  async *run({ session, state, tag, uid }, { asked, term }) {
    const searched = { mailbox: state.mailbox, ...state.selected }
    const { view } = searched
    // RFC 5182 §2.1: a search that fails leaves nothing saved.
    const program = term instanceof Refusal ? undefined : await programOf(term, searched, session)
    if (asked?.save) view.save([])
    if (term instanceof Refusal) throw term
    const withModSeq = asksModSeq(term)
    if (withModSeq) yield* enablingCondstore(session)
    const { key, ...done } = searchHighest(program!.key, view, session.deps.settings)
    const uids = await foundBy(session, searched, key)
    yield* searchAnswer({ name: 'SEARCH', tag, uid, view, asked }, { uids, relevancy: program!.relevancy, withModSeq })
    return done
  },
})
