import type { FolderId, Uid } from '../../../core/ids.ts'
import type { MailboxContext } from '../mailbox-context.ts'
import type { FolderIndex, Thread, Threading } from '../types.ts'
import { inTurns, type Turns } from './in-turns.ts'
import { orderedSubject } from './ordered-subject.ts'
import { references, refs } from './references.ts'
import { among } from './sort-messages.ts'
import type { SortColumns } from './sort-columns.ts'
import type { Threadables } from './threads.ts'

/** The threads that the messages with these ascending UIDs make; those that are gone are left out. */
export async function threads(
  box: MailboxContext,
  folder: FolderId,
  uids: readonly Uid[],
  by: Threading,
): Promise<readonly Thread[]> {
  const opened = await box.indexes.open(box.id, folder)
  try {
    return await inTurns(algorithms[by](await threadables(box.sortColumns, opened.index, uids)))
  } finally {
    opened.close()
  }
}

const algorithms: Readonly<Record<Threading, (messages: Threadables) => Turns<readonly Thread[]>>> = {
  orderedsubject: orderedSubject,
  references,
  refs,
}

async function threadables(columns: SortColumns, index: FolderIndex, asked: readonly Uid[]): Promise<Threadables> {
  const [date, arrival, subject, links] = await Promise.all([
    columns.keys(index, 'date'),
    columns.keys(index, 'arrival'),
    columns.keys(index, 'subject'),
    columns.links(index),
  ])
  const uids = [date, arrival, subject, links].reduce((left, { uids }) => among(uids, left), asked)
  // The empty subject comes first where there is one.
  const from = subject.holdsEmpty ? 0 : 1
  return {
    uids,
    dates: date.ranksOf(uids),
    arrivals: arrival.ranksOf(uids),
    subjects: subject.ranksOf(uids).map((rank) => rank + from),
    links: links.linksOf(uids),
  }
}
