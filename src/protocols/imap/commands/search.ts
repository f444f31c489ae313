import { everything, readReturn, type ReturnOptions } from '../../../codecs/imap/esearch.ts'
import type { ImapReader } from '../../../codecs/imap/reader.ts'
import type { SearchTerm } from '../../../codecs/imap/search-keys.ts'
import { type ImapSortKey, readSortTerms, writeThreads } from '../../../codecs/imap/sort-and-thread.ts'
import { Refusal, refuse } from '../../../core/refusal.ts'
import type { Threading } from '../../../domain/mail/types.ts'
import { command, type CommandCall } from '../command.ts'
import { refuseToOrderMany, searchHighest } from '../message-limit.ts'
import { searched } from '../operations.ts'
import type { ImapReplies } from '../reply/reply.ts'
import { refuseTagInUse, startUpdates } from '../searching/contexts/start-updates.ts'
import { readTerm, readTermWithCharset } from '../searching/read-term.ts'
import { type Order, runSearch, searchAnswer } from '../searching/search-result.ts'
import { asksModSeq, refuseRelevancy } from '../searching/search-terms.ts'
import { enablingCondstore } from '../view/condstore.ts'
import { needsUids } from '../view/message-sets.ts'

export const search = command({
  name: 'SEARCH',
  in: ['selected'],
  spec: 'RFC 3501 §6.4.4, RFC 4731, RFC 5182, RFC 5267 §4, RFC 6203, RFC 7162 §3.1.5, RFC 9738 §3.1',
  uid: 'also',
  updates: 'held',
  parse(reader, context) {
    needsUids(context)
    const options = context.exchange ? undefined : readReturn(reader.space())
    if (context.exchange) reader.space()
    const term = readTerm(reader, context)
    if (options?.relevancy && !(term instanceof Refusal)) refuseRelevancy(term)
    return { options: options ?? (context.rev2 ? everything : undefined), term }
  },
  does: ({ term }) => searched(term),
  long: () => true,
  run: (call, asking) => searchSelected(call, 'SEARCH', asking),
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
  updates: 'held',
  does: ['sort or thread'],
  long: () => true,
  parse(reader, context) {
    needsUids(context)
    const options = readReturn(reader.space())
    const order = readSortTerms(reader).map(({ key, reverse }): Order => ({ by: criteria[key], reverse }))
    const term = readTermWithCharset(reader.space(), context)
    const relevant = options?.relevancy || order.some(({ by }) => by === 'relevancy')
    if (relevant && !(term instanceof Refusal)) refuseRelevancy(term)
    return { options, order, term }
  },
  run: (call, asking) => searchSelected(call, 'SORT', asking),
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
  updates: 'held',
  does: ['sort or thread'],
  long: () => true,
  parse(reader, context) {
    needsUids(context)
    const by = readAlgorithm(reader.space())
    return { by, term: readTermWithCharset(reader.space(), context) }
  },
  async *run({ session, state, uid }, { by, term }) {
    if (term instanceof Refusal) throw term
    const searched = { mailbox: state.mailbox, ...state.selected }
    const { mailbox, folder, view } = searched
    if (asksModSeq(term)) yield* enablingCondstore(session)
    const { uids } = await runSearch(session, searched, { term, limit: refuseToOrderMany })
    const threads = await mailbox.threads(folder.id, uids, by, session.wire.left)
    // The client still counts messages whose EXPUNGE is pending.
    const text = writeThreads(threads, (each) => (uid ? each : view.seqOf(each)))
    yield text === '' ? '* THREAD\r\n' : `* THREAD ${text}\r\n`
  },
})

const readAlgorithm = (reader: ImapReader): Threading =>
  algorithms.get(reader.word()) ?? refuse('bad-syntax', 'Unknown threading algorithm')

/** Ends live searches; ends none if one of the tags does not name a live search. */
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
    if (!tags.every((tag) => contexts.has(tag))) refuse('unsupported', 'No live search has this tag')
    for (const tag of tags) contexts.end(tag)
  },
})

interface SearchRequest {
  /** Undefined for the response format from before RFC 4731. */
  readonly options: ReturnOptions | undefined
  /** A refusal for an unsupported charset. */
  readonly term: SearchTerm | Refusal
  readonly order?: readonly Order[]
}

/** Searches the selected folder and yields the response. */
async function* searchSelected(
  { session, state, tag, uid }: CommandCall<'selected'>,
  name: 'SEARCH' | 'SORT',
  { options, term, order }: SearchRequest,
): ImapReplies {
  const { mailbox, selected } = state
  const { view } = selected
  refuseTagInUse(options, tag, session)
  try {
    if (term instanceof Refusal) throw term
    const withModSeq = asksModSeq(term)
    if (withModSeq) yield* enablingCondstore(session)
    const live = options?.update ? { tag, uid, term, order } : undefined
    const { found, refused } = await startUpdates(session, selected, live, () =>
      runSearch(session, { mailbox, ...selected }, { term, order, limit: order ? refuseToOrderMany : searchHighest }),
    )
    yield* searchAnswer(
      { name, tag, uid, view, options, save: (uids) => selected.contexts.save(uids) },
      { ...found, withModSeq },
    )
    yield refused
    return found.done
  } catch (thrown) {
    // RFC 5182 §2.1: a failed search clears `$`.
    if (options?.save) selected.contexts.save([])
    throw thrown
  }
}
