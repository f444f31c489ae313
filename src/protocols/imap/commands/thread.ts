import type { Reader } from '../../../codecs/imap/reader.ts'
import { writeThreads } from '../../../codecs/imap/thread-list.ts'
import { Refusal, refuse } from '../../../core/refusal.ts'
import type { Threading } from '../../../domain/mail/types.ts'
import { command } from '../command.ts'
import { enablingCondstore } from '../condstore.ts'
import { foundBy } from '../found.ts'
import { refuseToOrderMany } from '../message-limit.ts'
import { readTermWithCharset } from '../read-term.ts'
import { programOf } from '../search-key.ts'
import { asksModSeq } from '../search-terms.ts'
import { needsUids } from '../sets.ts'

const algorithms: ReadonlyMap<string, Threading> = new Map([
  ['ORDEREDSUBJECT', 'orderedsubject'],
  ['REFERENCES', 'references'],
  ['REFS', 'refs'],
])

export const thread = command({
  name: 'THREAD',
  profile: 'standards',
  in: ['selected'],
  spec: 'RFC 5256 §3',
  uid: 'also',
  news: 'held',
  parse(reader, reading) {
    needsUids(reading)
    const by = readAlgorithm(reader.space())
    return { by, term: readTermWithCharset(reader.space(), reading) }
  },
  async *run({ session, state, uid }, { by, term }) {
    if (term instanceof Refusal) throw term
    const searched = { mailbox: state.mailbox, ...state.selected }
    const { mailbox, folder, view } = searched
    const { key } = await programOf(term, searched, session)
    if (asksModSeq(term)) yield* enablingCondstore(session)
    refuseToOrderMany(key, view, session.deps.settings)
    const found = await foundBy(session, searched, key)
    const threads = await mailbox.threads(folder.id, found, by)
    // The client counts what has gone since, until it is told.
    const text = writeThreads(threads, (each) => (uid ? each : view.seqOf(each)))
    yield text === '' ? '* THREAD\r\n' : `* THREAD ${text}\r\n`
  },
})

const readAlgorithm = (reader: Reader): Threading =>
  algorithms.get(reader.word()) ?? refuse('bad-syntax', 'There is no such threading algorithm')
