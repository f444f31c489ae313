import { nextTurn } from '../../../core/next-turn.ts'
import type { FolderId, Uid } from '../../../core/ids.ts'
import type { Sql, Statement } from '../../../storage/engine.ts'
import type { SortCriterion } from '../types.ts'

/** Rows read at a time. */
const ROWS = 2000

/** Keys of a folder's messages, in UID order. */
export type Page = (folder: FolderId, after: number, before: number) => Statement

const page = (columns: string): Page => {
  const parts = [
    `select s.uid, ${columns} from mail_state s join mail_sort_key k on k.message = s.message where s.folder = `,
    ' and s.uid > ',
    ' and s.uid < ',
    ` order by s.uid limit ${ROWS}`,
  ]
  return (folder, after, before) => ({ parts, args: [folder, after, before] })
}

/** The column of each criterion. */
export const keyPages: Readonly<Record<SortCriterion, Page>> = {
  arrival: page('k.arrival as value'),
  date: page('k.date as value'),
  size: page('k.size as value'),
  subject: page('k.subject as value'),
  from: page('k.sender as value'),
  to: page('k.recipient as value'),
  cc: page('k.copied as value'),
  displayFrom: page('k.display_from as value'),
  displayTo: page('k.display_to as value'),
}

export const linkPage = page('k.message_id as id, k.refs, k.reply')

/** The rows of every page with UIDs between these two, neither included. */
export async function* rowsOf<R extends { readonly uid: Uid }>(
  rows: Sql,
  page: Page,
  folder: FolderId,
  between: readonly [number, number],
): AsyncGenerator<readonly R[]> {
  let [after, before] = between
  for (;;) {
    const found = await rows.all<R>(page(folder, after, before))
    if (found.length > 0) yield found
    if (found.length < ROWS) return
    after = found.at(-1)!.uid
    // Rows may be there at once: others get their turn all the same.
    await nextTurn()
  }
}
