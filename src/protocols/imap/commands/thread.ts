import type { Reader } from '../../../codecs/imap/reader.ts'
import { writeThreads } from '../../../codecs/imap/thread-list.ts'
import { Refusal, refuse } from '../../../core/refusal.ts'
import type { Threading } from '../../../domain/mail/types.ts'
import { command } from '../command.ts'
import { enablingCondstore } from '../view/condstore.ts'
import { foundBy } from '../searching/found.ts'
import { refuseToOrderMany } from '../message-limit.ts'
import { readTermWithCharset } from '../searching/read-term.ts'
import { asksModSeq } from '../searching/search-terms.ts'
import { needsUids } from '../view/sets.ts'

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
    const { uids } = await foundBy(session, searched, { term, limit: refuseToOrderMany })
    const threads = await mailbox.threads(folder.id, uids, by)
    // The client counts what has gone since, until it is told.
    const text = writeThreads(threads, (each) => (uid ? each : view.seqOf(each)))
    yield text === '' ? '* THREAD\r\n' : `* THREAD ${text}\r\n`
  },
})

const readAlgorithm = (reader: Reader): Threading =>
  algorithms.get(reader.word()) ?? refuse('bad-syntax', 'There is no such threading algorithm')
