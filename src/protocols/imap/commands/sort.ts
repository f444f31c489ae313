import { readReturn } from '../../../codecs/imap/esearch.ts'
import { readSortTerms, type SortKey } from '../../../codecs/imap/sort-program.ts'
import { Refusal } from '../../../core/refusal.ts'
import { command } from '../command.ts'
import { readTermWithCharset } from '../searching/read-term.ts'
import { refuseRelevancy } from '../searching/search-terms.ts'
import { searching } from '../searching/searching.ts'
import { needsUids } from '../view/sets.ts'
import type { Order } from '../searching/sorted.ts'

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
  spec: 'RFC 5256 §3, RFC 5957 §3, RFC 5267 §3, §4, RFC 6203 §6, RFC 9738 §3.3',
  uid: 'also',
  news: 'held',
  does: ['sort or thread'],
  parse(reader, reading) {
    needsUids(reading)
    const asked = readReturn(reader.space())
    const order = readSortTerms(reader).map(({ key, reverse }): Order => ({ by: criteria[key], reverse }))
    const term = readTermWithCharset(reader.space(), reading)
    const relevant = asked?.relevancy || order.some(({ by }) => by === 'relevancy')
    if (relevant && !(term instanceof Refusal)) refuseRelevancy(term)
    return { asked, order, term }
  },
  run: (call, asking) => searching(call, 'SORT', asking),
})
