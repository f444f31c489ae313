import { readSearch } from '../../../codecs/imap/search-keys.ts'
import type { Uid } from '../../../core/ids.ts'
import { command } from '../command.ts'
import type { FolderView } from '../folder-view.ts'
import { ReplyBuffer } from '../reply-buffer.ts'
import { keyOf, refuseKeywords } from '../search-key.ts'

export const search = command({
  name: 'SEARCH',
  in: ['selected'],
  spec: 'RFC 3501 §6.4.4',
  uid: 'also',
  news: 'held',
  parse(reader, reading) {
    const charsets = reading.exchange ? ['US-ASCII'] : ['US-ASCII', 'UTF-8']
    const { term } = readSearch(reader.space(), { charsets, depth: reading.settings.nesting })
    refuseKeywords(term, reading)
    return term
  },
  async *run({ session, state, uid }, term) {
    const { view, folder } = state.selected
    const found = await state.mailbox.search(folder.id, keyOf(term, view), session.wire.closed)
    yield numbers(view, found, uid)
  },
})

/** What the client has not been told of yet is not found. */
function numbers(view: FolderView, found: readonly Uid[], uid: boolean): Uint8Array {
  const out = new ReplyBuffer(4096).text('* SEARCH')
  for (const each of found) if (view.holds(each)) out.text(' ').number(uid ? each : view.seqOf(each))
  return out.text('\r\n').take()
}
