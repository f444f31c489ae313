import type { Reader } from '../../../codecs/imap/reader.ts'
import { refuse } from '../../../core/refusal.ts'
import type { Folder, Mailbox } from '../../../domain/mail/types.ts'
import { command } from '../command.ts'
import { enablingCondstore } from '../condstore.ts'
import type { Dialect } from '../dialect.ts'
import { folderNamed, folderText, readFolderName } from '../folder-name.ts'
import { FolderView } from '../folder-view.ts'
import { tellNews } from '../news.ts'

const items = ['MESSAGES', 'RECENT', 'UIDNEXT', 'UIDVALIDITY', 'UNSEEN', 'SIZE', 'HIGHESTMODSEQ'] as const
/** So many of them are known to Exchange Online. */
const OBSERVED = 6
type Item = (typeof items)[number]
type Counts = Readonly<Record<Item, number>>

export const status = command({
  name: 'STATUS',
  in: ['signed-in', 'selected'],
  spec: 'RFC 3501 §6.3.10, RFC 8438',
  parse: (reader, reading) => ({
    path: readFolderName(reader.space(), reading),
    asked: reader.space().list(() => readItem(reader, reading)),
  }),
  async *run({ session, state }, { path, asked }) {
    const { selected, dialect } = session
    if (asked.includes('HIGHESTMODSEQ')) yield* enablingCondstore(session)
    const folder = await folderNamed(state.mailbox, path)
    const here = selected?.folder.id === folder.id ? selected : undefined
    // What is counted of the selected folder is what the client has been told of it.
    if (here) yield tellNews(here, { dialect, mayExpunge: session.wire.pending === 0 })
    const counts = here ? countsOf(here.view, folder) : await countsOfOther(state.mailbox, folder, asked)
    const values = asked.map((item) => `${item} ${counts[item]}`)
    yield `* STATUS ${folderText(folder.path, dialect)} (${values.join(' ')})\r\n`
  },
})

function readItem(reader: Reader, { exchange }: Dialect): Item {
  const word = reader.word()
  const known = items.slice(0, exchange ? OBSERVED : items.length)
  return known.find((item) => item === word) ?? refuse('bad-syntax', `There is no STATUS item ${word}`)
}

function countsOf(view: FolderView, folder: Folder): Counts {
  const { index } = view
  let unseen = 0
  for (let position = 0; position < index.count; position++) {
    if ((index.flagsAt(position).system & 1) === 0) unseen += 1
  }
  return {
    MESSAGES: view.count,
    RECENT: view.recentCount,
    UIDNEXT: index.uidNext,
    UIDVALIDITY: index.uidValidity,
    UNSEEN: unseen,
    SIZE: folder.octets,
    HIGHESTMODSEQ: view.toldUpTo,
  }
}

async function countsOfOther(mailbox: Mailbox, folder: Folder, asked: readonly Item[]): Promise<Counts> {
  return {
    MESSAGES: folder.count,
    RECENT: asked.includes('RECENT') ? await recentOf(mailbox, folder) : 0,
    UIDNEXT: folder.uidNext,
    UIDVALIDITY: folder.uidValidity,
    UNSEEN: folder.unseen,
    SIZE: folder.octets,
    HIGHESTMODSEQ: folder.highestModSeq,
  }
}

/** Looking does not claim: what is recent stays so for the session that selects the folder. */
async function recentOf(mailbox: Mailbox, folder: Folder): Promise<number> {
  const open = await mailbox.open(folder.id)
  const { recentCount } = new FolderView(open.index, { claims: false })
  open.close()
  return recentCount
}
