import type { ImapReader } from '../../../codecs/imap/reader.ts'
import { readSelectParameters, type SelectParameters } from '../../../codecs/imap/select-parameters.ts'
import type { ModSeq } from '../../../core/ids.ts'
import { refuse } from '../../../core/refusal.ts'
import { command, type ParseContext } from '../command.ts'
import { needsUids } from '../view/message-sets.ts'
import { highestModSeq, resynchronised } from '../view/condstore.ts'
import { Contexts } from '../searching/contexts/contexts.ts'
import type { Selected, StateAt } from '../state.ts'
import { folderNamed, mailboxId, readRequestedName, type RequestedName } from '../listing/folder-name.ts'
import type { ImapDialect } from '../dialect.ts'
import { FolderView } from '../view/folder-view.ts'
import { folderLine, otherName } from '../listing/list-folders.ts'
import { keywordLines } from '../view/change-writer.ts'
import type { CountedOperation } from '../operations.ts'
import type { Completion, ImapReply } from '../reply/reply.ts'
import type { ImapSession } from '../conversation/session.ts'
import { urlMechanisms } from '../urls/authorised-url.ts'

interface Chosen extends SelectParameters, RequestedName {}

function read(reader: ImapReader, context: ParseContext): Chosen {
  const name = readRequestedName(reader.space(), context)
  if (context.exchange) return { ...name, condstore: false, resync: undefined }
  const parameters = readSelectParameters(reader)
  // RFC 9586 §3.5
  if (parameters.resync?.numbered) needsUids({ uidOnly: context.uidOnly, uid: false })
  return { ...name, ...parameters }
}

const opened = ({ resync }: Chosen): CountedOperation =>
  resync ? ['select folder', 'resynchronise'] : ['select folder']

export const select = command({
  name: 'SELECT',
  in: ['signed-in', 'selected'],
  spec: 'RFC 3501 §6.3.1, RFC 7162 §3.1.8, §3.2.5',
  updates: 'none',
  does: opened,
  parse: read,
  run: ({ session, state }, chosen) => open(session, state, chosen, false),
})

export const examine = command({
  name: 'EXAMINE',
  in: ['signed-in', 'selected'],
  spec: 'RFC 3501 §6.3.2, RFC 7162 §3.1.8, §3.2.5',
  updates: 'none',
  does: opened,
  parse: read,
  run: ({ session, state }, chosen) => open(session, state, chosen, true),
})

async function* open(
  session: ImapSession,
  state: StateAt<'signed-in' | 'selected'>,
  { path, rawName, condstore, resync }: Chosen,
  readOnly: boolean,
): AsyncGenerator<ImapReply, Completion> {
  const { mailbox } = state
  // RFC 7162 §3.2.5: QRESYNC has to be enabled first.
  if (resync && !session.dialect.qresync) refuse('bad-syntax', 'Enable QRESYNC first')
  // RFC 3501 §6.3.1: the old folder is deselected even if the new one does not open.
  if (session.selected && !session.exchange) yield '* OK [CLOSED] The previous folder is closed\r\n'
  session.deselect()
  if (condstore) session.enable({ condstore: true })
  const folder = await folderNamed(mailbox, path)
  const opened = await mailbox.open(folder.id)
  if (session.state.at === 'gone') {
    opened.close()
    return {}
  }
  const view = new FolderView(opened.index, { claims: !readOnly, recent: !session.dialect.rev2 })
  const selected: Selected = {
    folder,
    open: opened,
    view,
    contexts: new Contexts(view, session.contextMemory),
    readOnly,
    listedFlags: new Set(),
  }
  session.select(state, selected)
  yield described(selected, rawName, session.dialect) + urlMechanisms(session)
  if (resync && resync.uidValidity === view.index.uidValidity) {
    const gone = await mailbox.vanishedSince(folder.id, resync.modSeq as ModSeq)
    yield* resynchronised(selected, session.dialect, resync, gone)
  }
  return { code: readOnly ? 'READ-ONLY' : 'READ-WRITE' }
}

function described(selected: Selected, rawName: string, dialect: ImapDialect): string {
  const { exchange, rev2, uidOnly } = dialect
  const { view } = selected
  const unseen = view.index.firstUnseen()
  return [
    `* ${view.count} EXISTS\r\n`,
    rev2 ? '' : `* ${view.recentCount} RECENT\r\n`,
    keywordLines(selected, exchange),
    // RFC 9586 §3: UNSEEN is a message number.
    unseen < 0 || rev2 || uidOnly ? '' : `* OK [UNSEEN ${unseen + 1}] Is the first unseen message\r\n`,
    `* OK [UIDVALIDITY ${view.index.uidValidity}] UIDVALIDITY value\r\n`,
    `* OK [UIDNEXT ${view.index.uidNext}] The next unique identifier value\r\n`,
    exchange ? '' : highestModSeq(view.index.highestModSeq),
    // RFC 8474 §4.2
    exchange ? '' : `* OK [MAILBOXID (${mailboxId(view.index.folder)})] The folder's id\r\n`,
    // RFC 9051 §6.3.2
    rev2 ? folderLine(selected.folder, dialect, otherName(selected.folder, rawName, dialect)) : '',
  ].join('')
}
