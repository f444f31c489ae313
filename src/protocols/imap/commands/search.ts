import { everything, readReturn } from '../../../codecs/imap/esearch.ts'
import type { ImapReader } from '../../../codecs/imap/reader.ts'
import { readSortTerms, type ImapSortKey, writeThreads } from '../../../codecs/imap/sort-and-thread.ts'
import { Refusal, refuse } from '../../../core/refusal.ts'
import type { Threading } from '../../../domain/mail/types.ts'
import { command } from '../command.ts'
import { refuseToOrderMany } from '../message-limit.ts'
import { searched } from '../operations.ts'
import { runSearch } from '../searching/search-result.ts'
import { readTerm, readTermWithCharset } from '../searching/read-term.ts'
import { asksModSeq, refuseRelevancy } from '../searching/search-terms.ts'
import { searching } from '../searching/searching.ts'
import type { Order } from '../searching/sorted.ts'
import { enablingCondstore, needsUids } from '../view/sets.ts'

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
  long: () => true,
  run: (call, asking) => searching(call, 'SEARCH', asking),
})

const criteria: Readonly<Record<ImapSortKey, Order['by']>> = {
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
  long: () => true,
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

const algorithms: ReadonlyMap<string, Threading> = new Map([
  ['ORDEREDSUBJECT', 'orderedsubject'],
  ['REFERENCES', 'references'],
  ['REFS', 'refs'],
])

export const thread = command({
  name: 'THREAD',
  profile: 'standards',
  in: ['selected'],
  spec: 'RFC 5256 §3, RFC 9738 §3.3',
  uid: 'also',
  news: 'held',
  does: ['sort or thread'],
  long: () => true,
  parse(reader, reading) {
    needsUids(reading)
    const by = readAlgorithm(reader.space())
    return { by, term: readTermWithCharset(reader.space(), reading) }
  },
  async *run({ session, state, uid }, { by, term }) {
    if (term instanceof Refusal) throw term
    const searched = { mailbox: state.mailbox, ...state.selected }
    const { mailbox, folder, view } = searched
    if (asksModSeq(term)) yield* enablingCondstore(session)
    const { uids } = await runSearch(session, searched, { term, limit: refuseToOrderMany })
    const threads = await mailbox.threads(folder.id, uids, by, session.wire.left)
    // The client counts what has gone since, until it is told.
    const text = writeThreads(threads, (each) => (uid ? each : view.seqOf(each)))
    yield text === '' ? '* THREAD\r\n' : `* THREAD ${text}\r\n`
  },
})

const readAlgorithm = (reader: ImapReader): Threading =>
  algorithms.get(reader.word()) ?? refuse('bad-syntax', 'There is no such threading algorithm')

/** Ends the updates of searches, or of none where one of them is not kept up to date. */
export const cancelUpdate = command({
  name: 'CANCELUPDATE',
  profile: 'standards',
  in: ['selected'],
  spec: 'RFC 5267 §4.3.5',
  parse(reader) {
    const tags: string[] = []
    do tags.push(reader.space().quoted())
    while (reader.peek() === ' ')
    return tags
  },
  async run({ state }, tags) {
    const { contexts } = state.selected
    if (!tags.every((tag) => contexts.has(tag))) refuse('unsupported', 'There is no such search')
    for (const tag of tags) contexts.end(tag)
  },
})
