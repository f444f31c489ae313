import type { MailboxId } from '../../core/ids.ts'
import { refuse } from '../../core/refusal.ts'
import type { World } from '../../core/world.ts'
import { ask, askOne, type Sql, sql, type Statements } from '../../storage/engine.ts'
import { fold } from '../directory/names.ts'
import type { SearchFolder, SearchFolders } from './types.ts'

/** The most search folders of one mailbox. */
const MOST = 50

interface Row {
  readonly id: string
  readonly name: string
  readonly nested: number
  readonly sources: string
  readonly filter: string
}

/** Search folders of mailboxes, as rows of the database. */
export function createSearchFolders({ sql: db, world }: { readonly sql: Sql; readonly world: World }): SearchFolders {
  const write = <T>(mailbox: MailboxId, work: () => Statements<T>): Promise<T> => db.write(work, [mailbox])
  return {
    async all(mailbox) {
      const rows = await db.all<Row>(
        sql`select id, name, nested, sources, filter from outlook_search_folder
            where mailbox = ${mailbox} order by name_key`,
      )
      return rows.map(folderOf)
    },
    add: (mailbox, folder) => {
      const id = Buffer.from(world.bytes(18)).toString('base64url')
      return write(mailbox, function* () {
        const { count } = (yield* askOne<{ count: number }>(
          sql`select count(*) as count from outlook_search_folder where mailbox = ${mailbox}`,
        ))!
        if (count >= MOST) refuse('over-quota', 'There are too many search folders')
        yield* refuseTaken(mailbox, id, folder.displayName)
        const { displayName, includeNestedFolders, sourceFolderIds, filterQuery } = folder
        yield* ask(sql`insert into outlook_search_folder (mailbox, id, name, name_key, nested, sources, filter)
          values (${mailbox}, ${id}, ${displayName}, ${fold(displayName)}, ${includeNestedFolders ? 1 : 0},
            ${JSON.stringify(sourceFolderIds)}, ${filterQuery})`)
        return { id, ...folder }
      })
    },
    change: (mailbox, id, change) =>
      write(mailbox, function* () {
        const row = yield* askOne<Row>(
          sql`select id, name, nested, sources, filter from outlook_search_folder
              where mailbox = ${mailbox} and id = ${id}`,
        )
        if (!row) return refuseUnknown()
        const changed = { ...folderOf(row), ...change }
        yield* refuseTaken(mailbox, id, changed.displayName)
        yield* ask(sql`update outlook_search_folder set name = ${changed.displayName},
            name_key = ${fold(changed.displayName)}, nested = ${changed.includeNestedFolders ? 1 : 0},
            sources = ${JSON.stringify(changed.sourceFolderIds)}, filter = ${changed.filterQuery}
          where mailbox = ${mailbox} and id = ${id}`)
        return changed
      }),
    remove: (mailbox, id) =>
      write(mailbox, function* () {
        const row = yield* askOne(
          sql`delete from outlook_search_folder where mailbox = ${mailbox} and id = ${id} returning id`,
        )
        if (!row) refuseUnknown()
      }),
  }
}

function* refuseTaken(mailbox: MailboxId, id: string, name: string): Statements<void> {
  const other = yield* askOne(
    sql`select id from outlook_search_folder where mailbox = ${mailbox} and name_key = ${fold(name)} and id <> ${id}`,
  )
  if (other) refuse('already-exists', 'There is a search folder of that name', { property: 'displayName' })
}

const refuseUnknown = (): never => refuse('no-such-thing', 'There is no such search folder')

const folderOf = ({ id, name, nested, sources, filter }: Row): SearchFolder => ({
  id,
  displayName: name,
  includeNestedFolders: nested === 1,
  sourceFolderIds: JSON.parse(sources) as string[],
  filterQuery: filter,
})
