import { everything, readReturn, type ReturnOptions } from '../../../codecs/imap/esearch.ts'
import type { FolderFilter } from '../../../codecs/imap/folder-filter.ts'
import { readSources } from '../../../codecs/imap/multisearch.ts'
import type { SearchTerm } from '../../../codecs/imap/search-keys.ts'
import { isRefusedFor, Refusal, refuse } from '../../../core/refusal.ts'
import type { Folder, Mailbox } from '../../../domain/mail/types.ts'
import { command } from '../command.ts'
import { enablingCondstore } from '../condstore.ts'
import { fitting } from '../folder-filter.ts'
import { folderText } from '../folder-name.ts'
import { FolderView } from '../folder-view.ts'
import { foundBy } from '../found.ts'
import { inListOrder } from '../listed.ts'
import { readTerm } from '../read-term.ts'
import type { Reply } from '../reply.ts'
import { searchAnswer } from '../search-answer.ts'
import { programOf, type Searched } from '../search-key.ts'
import { asksModSeq, refuseRelevancy } from '../search-terms.ts'
import type { Session } from '../session.ts'

/** Searches many folders, one after the other; each that something is found in is answered for by itself. */
export const esearch = command({
  name: 'ESEARCH',
  profile: 'standards',
  in: ['signed-in', 'selected'],
  spec: 'RFC 7377 §2',
  news: 'held',
  parse(reader, reading) {
    const sources = readSources(reader.space())
    // RFC 7377 §2.1
    const asked = readReturn(reader) ?? everything
    // RFC 7377 §2.2: what becomes `$` is in the selected folder.
    if (asked.save && sources.some(({ of }) => of !== 'selected')) {
      refuse('bad-syntax', 'SAVE is for the selected folder alone')
    }
    const term = readTerm(reader, reading)
    if (asked.relevancy && !(term instanceof Refusal)) refuseRelevancy(term)
    return { sources, asked, term }
  },
  async *run({ session, state, tag }, { sources, asked, term }) {
    const { selected } = session
    if (!selected && sources.some(({ of }) => of === 'selected')) refuse('wrong-state', 'There is no folder selected')
    if (term instanceof Refusal) {
      // RFC 5182 §2.1: a search that fails leaves nothing saved.
      if (asked.save) selected!.view.save([])
      throw term
    }
    if (asksModSeq(term)) yield* enablingCondstore(session)
    for (const folder of await foldersOf(session, state.mailbox, sources)) {
      const asking = { tag, asked, term }
      if (selected?.folder.id !== folder.id) yield* ofAnother(session, state.mailbox, folder, asking)
      else yield* answerOf(session, { mailbox: state.mailbox, folder, view: selected.view }, asking)
    }
  },
})

/** RFC 7377 §2.2: each folder once, however often it is meant; a name that no folder has is passed over. */
async function foldersOf(
  { selected, dialect }: Session,
  mailbox: Mailbox,
  sources: readonly FolderFilter[],
): Promise<readonly Folder[]> {
  const meant = sources.map((source) => fitting(source, dialect))
  const isSelected = ({ id }: Folder): boolean =>
    selected?.folder.id === id && sources.some(({ of }) => of === 'selected')
  const folders = await mailbox.folders()
  return inListOrder(folders.filter((folder) => isSelected(folder) || meant.some((fits) => fits(folder))))
}

interface Asking {
  readonly tag: string
  readonly asked: ReturnOptions
  readonly term: SearchTerm
}

async function* ofAnother(session: Session, mailbox: Mailbox, folder: Folder, asking: Asking): AsyncGenerator<Reply> {
  try {
    const opened = await mailbox.open(folder.id)
    try {
      // To look is not to claim: what is recent stays so.
      const view = new FolderView(opened.index, { claims: false })
      yield* answerOf(session, { mailbox, folder, view }, asking)
    } finally {
      opened.close()
    }
  } catch (thrown) {
    // It was deleted meanwhile.
    if (!isRefusedFor('no-such-thing', thrown)) throw thrown
  }
}

async function* answerOf(
  session: Session,
  searched: Searched & { readonly folder: Folder },
  { tag, asked, term }: Asking,
): AsyncGenerator<Reply> {
  const { view, folder } = searched
  const { key, relevancy } = await programOf(term, searched, session)
  if (asked.save) view.save([])
  const uids = await foundBy(session, searched, key)
  // RFC 7377 §2.1: where nothing is found there is nothing to say, not even how much.
  if (uids.length === 0) return
  const at = { mailbox: folderText(folder.path, session.dialect), uidValidity: view.index.uidValidity }
  const asking = { name: 'ESEARCH', tag, uid: true, view, at, asked } as const
  yield* searchAnswer(asking, { uids, relevancy, withModSeq: asksModSeq(term) })
}
