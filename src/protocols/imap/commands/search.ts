import { everything, readReturn } from '../../../codecs/imap/esearch.ts'
import { Refusal } from '../../../core/refusal.ts'
import { command } from '../command.ts'
import { searched } from '../operations.ts'
import { readTerm } from '../searching/read-term.ts'
import { refuseRelevancy } from '../searching/search-terms.ts'
import { searching } from '../searching/searching.ts'
import { needsUids } from '../view/sets.ts'

export const search = command({
  name: 'SEARCH',
  in: ['selected'],
  spec: 'RFC 3501 §6.4.4, RFC 4731, RFC 5182, RFC 5267 §4, RFC 6203, RFC 7162 §3.1.5, RFC 9738 §3.1',
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
  does: ({ term }) => searched(term),
  run: (call, asking) => searching(call, 'SEARCH', asking),
})
