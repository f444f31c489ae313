import type { Mailbox } from '../../../domain/mail/types.ts'
import { command } from '../command.ts'
import { folderNamed, readFolderName } from '../folder-name.ts'
import { FolderView } from '../folder-view.ts'
import { keywordLines } from '../news.ts'
import type { Done, Reply } from '../reply.ts'
import type { Session } from '../session.ts'
import type { Selected } from '../state.ts'

export const select = command({
  name: 'SELECT',
  in: ['signed-in', 'selected'],
  spec: 'RFC 3501 §6.3.1',
  news: 'none',
  parse: (reader, reading) => readFolderName(reader.space(), reading),
  run: ({ session, state }, path) => open(session, state.mailbox, path, false),
})

export const examine = command({
  name: 'EXAMINE',
  in: ['signed-in', 'selected'],
  spec: 'RFC 3501 §6.3.2',
  news: 'none',
  parse: (reader, reading) => readFolderName(reader.space(), reading),
  run: ({ session, state }, path) => open(session, state.mailbox, path, true),
})

async function* open(session: Session, mailbox: Mailbox, path: string, readOnly: boolean): AsyncGenerator<Reply, Done> {
  // RFC 3501 §6.3.1: the folder selected before is left, also where the new one does not open.
  session.deselect()
  const folder = await folderNamed(mailbox, path)
  const opened = await mailbox.open(folder.id)
  if (session.state.at === 'gone') {
    opened.close()
    return {}
  }
  const view = new FolderView(opened.index, { claims: !readOnly })
  const selected: Selected = { folder, open: opened, view, readOnly, flagsTold: new Set() }
  session.select(mailbox, selected)
  yield described(selected, session.exchange)
  return { code: readOnly ? 'READ-ONLY' : 'READ-WRITE' }
}

function described(selected: Selected, exchange: boolean): string {
  const { view } = selected
  const unseen = firstUnseen(view)
  return [
    `* ${view.count} EXISTS\r\n`,
    `* ${view.recentCount} RECENT\r\n`,
    keywordLines(selected, exchange),
    unseen === undefined ? '' : `* OK [UNSEEN ${unseen}] Is the first unseen message\r\n`,
    `* OK [UIDVALIDITY ${view.index.uidValidity}] UIDVALIDITY value\r\n`,
    `* OK [UIDNEXT ${view.index.uidNext}] The next unique identifier value\r\n`,
  ].join('')
}

function firstUnseen({ index }: FolderView): number | undefined {
  for (let position = 0; position < index.count; position++) {
    if ((index.flagsAt(position).system & 1) === 0) return position + 1
  }
  return undefined
}
