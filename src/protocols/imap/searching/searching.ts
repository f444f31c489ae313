import type { ReturnOptions } from '../../../codecs/imap/esearch.ts'
import type { SearchTerm } from '../../../codecs/imap/search-keys.ts'
import { Refusal } from '../../../core/refusal.ts'
import type { CommandCall } from '../command.ts'
import { enablingCondstore } from '../view/sets.ts'
import { startUpdates, refuseTagInUse } from './contexts/kept-up.ts'
import { runSearch, searchAnswer } from './search-result.ts'
import { refuseToOrderMany, searchHighest } from '../message-limit.ts'
import type { ImapReplies } from '../reply/reply.ts'
import { asksModSeq } from './search-terms.ts'
import type { Order } from './sorted.ts'

interface Asking {
  /** Undefined where the answer is to be as it was before RFC 4731. */
  readonly asked: ReturnOptions | undefined
  /** Or why there can be no search for it. */
  readonly term: SearchTerm | Refusal
  readonly order?: readonly Order[]
}

/** A search of the selected folder, and what is said of it. */
export async function* searching(
  { session, state, tag, uid }: CommandCall<'selected'>,
  name: 'SEARCH' | 'SORT',
  { asked, term, order }: Asking,
): ImapReplies {
  const { mailbox, selected } = state
  const { view } = selected
  refuseTagInUse(asked, tag, session)
  try {
    if (term instanceof Refusal) throw term
    const withModSeq = asksModSeq(term)
    if (withModSeq) yield* enablingCondstore(session)
    const live = asked?.update ? { tag, uid, term, order } : undefined
    const { found, refused } = await startUpdates(session, selected, live, () =>
      runSearch(session, { mailbox, ...selected }, { term, order, limit: order ? refuseToOrderMany : searchHighest }),
    )
    yield* searchAnswer({ name, tag, uid, view, asked }, { ...found, withModSeq })
    yield refused
    return found.done
  } catch (thrown) {
    // RFC 5182 §2.1: a search that fails leaves nothing saved.
    if (asked?.save) view.save([])
    throw thrown
  }
}
