import { readReturn } from '../../../codecs/imap/esearch.ts'
import { readSortTerms, type SortKey } from '../../../codecs/imap/sort-program.ts'
import { Refusal } from '../../../core/refusal.ts'
import { command } from '../command.ts'
import { enablingCondstore } from '../condstore.ts'
import { foundBy } from '../found.ts'
import { refuseToOrderMany } from '../message-limit.ts'
import { readTermWithCharset } from '../read-term.ts'
import { searchAnswer } from '../search-answer.ts'
import { programOf } from '../search-key.ts'
import { asksModSeq, refuseRelevancy } from '../search-terms.ts'
import { needsUids } from '../sets.ts'
import { type Order, sorted } from '../sorted.ts'

const criteria: Readonly<Record<SortKey, Order['by']>> = {
  ARRIVAL: 'arrival',
  CC: 'cc',
  DATE: 'date',
  DISPLAYFROM: 'displayFrom',
  DISPLAYTO: 'displayTo',
  FROM: 'from',
  RELEVANCY: 'relevancy',
  SIZE: 'size',
  SUBJECT: 'subject',
  TO: 'to',
}

export const sort = command({
  name: 'SORT',
  profile: 'standards',
  in: ['selected'],
  spec: 'RFC 5256 §3, RFC 5957 §3, RFC 5267 §3, RFC 6203 §6',
  uid: 'also',
  news: 'held',
  parse(reader, reading) {
    needsUids(reading)
    const asked = readReturn(reader.space())
    const order = readSortTerms(reader).map(({ key, reverse }): Order => ({ by: criteria[key], reverse }))
    const term = readTermWithCharset(reader.space(), reading)
    const relevant = asked?.relevancy || order.some(({ by }) => by === 'relevancy')
    if (relevant && !(term instanceof Refusal)) refuseRelevancy(term)
    return { asked, order, term }
  },
  async *run({ session, state, tag, uid }, { asked, order, term }) {
    const searched = { mailbox: state.mailbox, ...state.selected }
    const { view } = searched
    // RFC 5182 §2.1: a search that fails leaves nothing saved.
    const program = term instanceof Refusal ? undefined : await programOf(term, searched, session)
    if (asked?.save) view.save([])
    if (term instanceof Refusal) throw term
    const { key, relevancy } = program!
    const withModSeq = asksModSeq(term)
    if (withModSeq) yield* enablingCondstore(session)
    refuseToOrderMany(key, view, session.deps.settings)
    const found = await foundBy(session, searched, key)
    const uids = (await sorted(searched, found, order, relevancy)).filter((each) => view.holds(each))
    yield* searchAnswer({ name: 'SORT', tag, uid, view, asked }, { uids, relevancy, withModSeq })
  },
})
