import {
  everything,
  type EsearchResult,
  readReturn,
  readSources,
  type ReturnOptions,
} from '../../../codecs/imap/esearch.ts'
import type { FolderFilter } from '../../../codecs/imap/list-command.ts'
import type { SearchTerm } from '../../../codecs/imap/search-keys.ts'
import { isRefusedFor, Refusal, refuse } from '../../../core/refusal.ts'
import type { Folder, Mailbox } from '../../../domain/mail/types.ts'
import { command } from '../command.ts'
import { enablingCondstore } from '../view/condstore.ts'
import { fitting, inListOrder } from '../listing/list-folders.ts'
import { folderText } from '../listing/folder-name.ts'
import { FolderView } from '../view/folder-view.ts'
import { startUpdates, noUpdate, refuseTagInUse } from '../searching/contexts/start-updates.ts'
import { type AnswerOptions, runSearch, type SearchResult, searchAnswer } from '../searching/search-result.ts'
import { refuseMany } from '../message-limit.ts'
import { searched } from '../operations.ts'
import { readTerm } from '../searching/read-term.ts'
import type { ImapReply } from '../reply/reply.ts'
import { asksModSeq, refuseRelevancy } from '../searching/search-terms.ts'
import type { ImapSession } from '../conversation/session.ts'
import type { Selected } from '../state.ts'

/** Searches several folders one after another; each folder with results gets a response of its own. */
export const esearch = command({
  name: 'ESEARCH',
  profile: 'standards',
  in: ['signed-in', 'selected'],
  spec: 'RFC 7377 §2',
  updates: 'held',
  parse(reader, context) {
    const sources = readSources(reader.space())
    // RFC 7377 §2.1
    const options = readReturn(reader) ?? everything
    // RFC 7377 §2.2: `$` refers to the selected folder.
    if (options.save && sources.some(({ of }) => of !== 'selected')) {
      refuse('bad-syntax', 'SAVE requires the selected folder as the only source')
    }
    const term = readTerm(reader, context)
    if (options.relevancy && !(term instanceof Refusal)) refuseRelevancy(term)
    return { sources, options, term }
  },
  does: ({ term }) => searched(term),
  long: () => true,
  async *run({ session, state, tag }, { sources, options, term }) {
    const { selected } = session
    const needed = options.update || sources.some(({ of }) => of === 'selected')
    if (needed && !selected) refuse('wrong-state', 'No folder is selected')
    refuseTagInUse(options, tag, session)
    try {
      if (term instanceof Refusal) throw term
      if (asksModSeq(term)) yield* enablingCondstore(session)
      const folders = await foldersOf(session, state.mailbox, sources)
      // RFC 9738 §3.1: no response code could tell which messages were examined.
      const messages = folders.reduce((sum, { count }) => sum + count, 0)
      refuseMany(messages, { ...session.deps.settings, save_limit: 0 })
      for (const folder of folders) {
        const asking = { mailbox: state.mailbox, folder, tag, options, term }
        if (selected?.folder.id === folder.id) yield* ofSelected(session, selected, asking)
        else if (folder.count > 0) yield* ofAnother(session, asking)
      }
      // RFC 7377 §2.2: only a search of the selected folder can be live.
      if (options.update && !folders.some(({ id }) => id === selected?.folder.id)) yield noUpdate(tag)
    } catch (thrown) {
      // RFC 5182 §2.1: a failed search clears `$`.
      if (options.save) selected?.contexts.save([])
      throw thrown
    }
  },
})

/** RFC 7377 §2.2: each folder once, however many sources match it; names without a folder are ignored. */
async function foldersOf(
  { selected, dialect }: ImapSession,
  mailbox: Mailbox,
  sources: readonly FolderFilter[],
): Promise<readonly Folder[]> {
  const meant = sources.map((source) => fitting(source, dialect))
  const isSelected = ({ id }: Folder): boolean =>
    selected?.folder.id === id && sources.some(({ of }) => of === 'selected')
  const folders = await mailbox.folders()
  return inListOrder(folders.filter((folder) => isSelected(folder) || meant.some((fits) => fits(folder))))
}

interface FolderSearch {
  readonly mailbox: Mailbox
  readonly folder: Folder
  readonly tag: string
  readonly options: ReturnOptions
  readonly term: SearchTerm
}

async function* ofSelected(session: ImapSession, selected: Selected, asking: FolderSearch): AsyncGenerator<ImapReply> {
  const { mailbox, folder, tag, options, term } = asking
  const { view } = selected
  const live = options.update ? { tag, uid: true, at: mailboxOf(session, folder, view), term } : undefined
  const { found, refused } = await startUpdates(session, selected, live, () =>
    runSearch(session, { mailbox, folder, view }, { term }),
  )
  // Without results `$` becomes empty.
  if (options.save && found.uids.length === 0) selected.contexts.save([])
  yield* answer(session, view, found, { ...asking, save: (uids) => selected.contexts.save(uids) })
  yield refused
}

async function* ofAnother(session: ImapSession, asking: FolderSearch): AsyncGenerator<ImapReply> {
  const { mailbox, folder, term } = asking
  try {
    const opened = await mailbox.open(folder.id)
    try {
      // A search does not claim recent messages.
      const view = new FolderView(opened.index, { claims: false })
      yield* answer(session, view, await runSearch(session, { mailbox, folder, view }, { term }), {
        ...asking,
        // RFC 7377 §2.1: only a result in the selected folder is saved.
        save: () => {},
      })
    } finally {
      opened.close()
    }
  } catch (thrown) {
    // The folder was deleted meanwhile.
    if (!isRefusedFor('no-such-thing', thrown)) throw thrown
  }
}

/** RFC 7377 §2.1: a folder without results gets no response, not even a COUNT. */
function* answer(
  session: ImapSession,
  view: FolderView,
  found: SearchResult,
  { folder, tag, options, term, save }: FolderSearch & Pick<AnswerOptions, 'save'>,
): Generator<ImapReply> {
  if (found.uids.length === 0) return
  const at = mailboxOf(session, folder, view)
  const answerOptions = { name: 'ESEARCH', tag, uid: true, view, at, options, save } as const
  yield* searchAnswer(answerOptions, { ...found, withModSeq: asksModSeq(term) })
}

const mailboxOf = (
  { dialect }: ImapSession,
  { path }: Folder,
  { index }: FolderView,
): NonNullable<EsearchResult['at']> => ({
  mailbox: folderText(path, dialect),
  uidValidity: index.uidValidity,
})
