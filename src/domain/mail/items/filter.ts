import { unicodeCasemap } from '../../../codecs/charset/unicode-casemap.ts'
import type { FolderId, Uid } from '../../../core/ids.ts'
import { refuse } from '../../../core/refusal.ts'
import { inARow, sql, type Statement } from '../../../storage/engine.ts'
import type { MailboxContext } from '../mailbox-context.ts'
import { placesOf } from '../sort/key-column.ts'
import { DRAFT, type Flags, type FolderIndex, SEEN, type SearchKey } from '../types.ts'
import { uidStatements } from '../uid-statements.ts'
import { ascending } from '../uids.ts'
import { categoriesOf } from './categories.ts'
import { type ItemColumn, type ItemView, textHash } from '../item-columns.ts'
import { itemsByKeys } from './item-rows.ts'
import { flagStatusOf, importanceIn } from './item-state.ts'
import { importances } from '../summary/importance.ts'
import { modifiedTimes, type TimeRange } from './modified-times.ts'
import type { ItemFilter, NumberOperator } from '../item-types.ts'

/** The messages of a folder, as a filter sees them. */
export interface FilterScope {
  readonly box: MailboxContext
  readonly folder: FolderId
  readonly index: FolderIndex
  readonly column: ItemColumn
  /** Replaced when messages left the index while other work ran. */
  view: ItemView
  readonly signal: AbortSignal
}

/** Tests the message at a place of the column. It is quick and reads nothing. */
export type ItemTest = (place: number) => boolean

/** A folder that is listed, and the filter on its messages. */
export interface FolderScan extends FilterScope {
  readonly test: ItemTest
}

/** A message that matches: the number of its scan, and its place in the column. */
export interface ItemMatch {
  readonly scan: number
  readonly place: number
}

/** The folders to which a filter restricts the items; undefined if it does not. */
export function foldersIn(filter: ItemFilter): ReadonlySet<FolderId> | undefined {
  if (filter.is === 'folder') return new Set([filter.folder])
  if (filter.is !== 'and' && filter.is !== 'or') return undefined
  const each = filter.of.map(foldersIn)
  if (filter.is === 'or') {
    return each.some((one) => one === undefined) ? undefined : new Set(each.flatMap((one) => [...one!]))
  }
  return each.reduce((all, one) => (all && one ? all.intersection(one) : (all ?? one)), undefined)
}

/** Makes a test of a filter. Conditions on text and properties are looked up once, before. */
export async function testOf(filter: ItemFilter, scope: FilterScope): Promise<ItemTest> {
  const { column, index, box, folder } = scope
  switch (filter.is) {
    case 'all':
      return () => true
    case 'read':
      return flagTest(scope, ({ system }) => ((system & SEEN) !== 0) === filter.value)
    case 'draft':
      return flagTest(scope, ({ system }) => ((system & DRAFT) !== 0) === filter.value)
    case 'flag':
      return flagTest(scope, (flags) => flagStatusOf(flags) === filter.status)
    case 'category': {
      const wanted = filter.value.toLowerCase()
      return flagTest(scope, ({ keywords }) => categoriesOf(keywords).some((each) => each.toLowerCase() === wanted))
    }
    case 'attachments':
      return (place) => (column.attachments[place] === 1) === filter.value
    case 'importance': {
      const importance = importanceAt(scope)
      const wanted = importances.indexOf(filter.value)
      return (place) => importance(place) === wanted
    }
    case 'folder':
      return () => filter.folder === folder
    case 'item': {
      const [item] = await itemsByKeys(box.engine.sql, box.id, [filter.key])
      return item?.folder === folder ? (place) => column.uids[place] === item.uid : () => false
    }
    case 'octets':
      return rangeTest(column.octets, filter)
    case 'uid':
      return rangeTest(column.uids, filter)
    case 'time': {
      if (filter.of !== 'modified') return secondsTest(column[filter.of], filter)
      const times = await modifiedTimes(box, filter)
      const created = secondsTest(column.created, filter)
      return (place) => times(index.modSeqAt(scope.view.positions[place]!)) ?? created(place)
    }
    case 'internetMessageId':
      return equalTest(column.messageId, textHash(filter.value))
    case 'conversation':
      return equalTest(column.thread, textHash(filter.threadId))
    case 'text':
      return textTest(filter, scope)
    case 'search':
      return uidTest(scope, await found(scope, filter.query))
    case 'property':
      return uidTest(scope, await withProperty(scope, filter))
    case 'number':
      return uidTest(scope, await withNumber(scope, filter))
    case 'not': {
      const test = await testOf(filter.of, scope)
      return (place) => !test(place)
    }
    default: {
      const tests: ItemTest[] = []
      for (const one of filter.of) tests.push(await testOf(one, scope))
      return filter.is === 'and'
        ? (place) => tests.every((test) => test(place))
        : (place) => tests.some((test) => test(place))
    }
  }
}

/** Equal flags are one object, so each combination is tested once. */
function flagTest(scope: FilterScope, has: (flags: Flags) => boolean): ItemTest {
  const known = new Map<Flags, boolean>()
  let last: Flags | undefined
  let lastFits = false
  return (place) => {
    const flags = scope.index.flagsAt(scope.view.positions[place]!)
    if (flags === last) return lastFits
    const fits = known.get(flags) ?? has(flags)
    known.set(flags, fits)
    last = flags
    return (lastFits = fits)
  }
}

/** The importance of a message, as a place in `importances`. */
export function importanceAt(scope: FilterScope): (place: number) => number {
  const known = new Map<Flags, number>()
  return (place) => {
    const flags = scope.index.flagsAt(scope.view.positions[place]!)
    let stated = known.get(flags)
    if (stated === undefined) {
      const importance = importanceIn(flags)
      stated = importance ? importances.indexOf(importance) : -1
      known.set(flags, stated)
    }
    return stated < 0 ? scope.column.importance[place]! : stated
  }
}

const rangeTest = (figures: readonly number[], { from = -Infinity, before = Infinity }: TimeRange): ItemTest => {
  return (place) => figures[place]! >= from && figures[place]! < before
}

const secondsTest = (times: readonly number[], { from = -Infinity, before = Infinity }: TimeRange): ItemTest => {
  return (place) => {
    const time = Math.floor(times[place]! / 1000) * 1000
    return time !== -Infinity && time >= from && time < before
  }
}

const equalTest =
  (figures: readonly number[], wanted: number): ItemTest =>
  (place) =>
    figures[place] === wanted

/** Tests for ascending UIDs. */
function uidTest({ column }: FilterScope, uids: readonly Uid[]): ItemTest {
  const places = new Set(placesOf(column.uids, uids))
  return (place) => places.has(place)
}

const found = ({ box, folder, signal }: FilterScope, query: SearchKey): Promise<readonly Uid[]> =>
  box.searchIndex.search(box, folder, query, signal)

type TextFilter = Extract<ItemFilter, { is: 'text' }>

/** Parts of a message's row that hold the beginning of a text, or all of it. */
interface TextRow {
  readonly uid: Uid
  readonly subject: string | null
  readonly sender_name: string | null
  readonly sender_address: string | null
  readonly preview: string | null
}

async function textTest(filter: TextFilter, scope: FilterScope): Promise<ItemTest> {
  if (filter.in === 'fromAddress' && filter.how === 'equals') {
    return equalTest(scope.column.from, textHash(filter.text.toLowerCase()))
  }
  if (filter.in === 'body' && (filter.how === 'equals' || filter.how === 'endsWith')) {
    refuse('bad-syntax', 'The query filter contains one or more invalid nodes.', { code: 'ErrorInvalidUrlQueryFilter' })
  }
  const uids = await found(scope, searchKeyOf(filter))
  // The index of texts knows what a field contains, and the row tells the rest.
  const exact = filter.how === 'contains' && (filter.in === 'subject' || filter.in === 'body' || filter.in === 'from')
  return uidTest(scope, exact || uids.length === 0 ? uids : await verified(scope, filter, uids))
}

function searchKeyOf({ in: where, text }: TextFilter): SearchKey {
  if (text === '') return { key: 'all' }
  if (where === 'body') return { key: 'body', text }
  return { key: 'header', name: where === 'subject' ? 'Subject' : 'From', text }
}

async function verified(scope: FilterScope, filter: TextFilter, uids: readonly Uid[]): Promise<readonly Uid[]> {
  const head = sql`select s.uid, m.subject, m.sender_name, m.sender_address, m.preview
    from mail_state s join mail_message m on m.id = s.message where s.folder = ${scope.folder} and s.uid`
  const wanted = unicodeCasemap(filter.text)
  const matches: Uid[] = []
  for (const statement of uidStatements(head, uids)) {
    scope.signal.throwIfAborted()
    for (const row of await scope.box.engine.sql.all<TextRow>(statement)) {
      if (textsOf(row, filter.in).some((text) => fits(unicodeCasemap(text ?? ''), wanted, filter.how))) {
        matches.push(row.uid)
      }
    }
  }
  return matches.sort((a, b) => a - b)
}

function textsOf(row: TextRow, where: TextFilter['in']): readonly (string | null)[] {
  switch (where) {
    case 'subject':
      return [row.subject]
    case 'fromName':
      return [row.sender_name]
    case 'fromAddress':
      return [row.sender_address]
    case 'from':
      return [row.sender_name, row.sender_address]
    default:
      return [row.preview]
  }
}

function fits(text: string, wanted: string, how: TextFilter['how']): boolean {
  if (how === 'equals') return text === wanted
  if (how === 'endsWith') return text.endsWith(wanted)
  return how === 'contains' ? text.includes(wanted) : text.startsWith(wanted)
}

/** The ascending UIDs of the folder's messages that have a property. */
const withProperty = (
  scope: FilterScope,
  { name, how, value = '' }: Extract<ItemFilter, { is: 'property' }>,
): Promise<readonly Uid[]> => owners(scope, name, valueCondition(how, value), () => true)

const withNumber = (
  scope: FilterScope,
  { name, operator, value }: Extract<ItemFilter, { is: 'number' }>,
): Promise<readonly Uid[]> =>
  owners(
    scope,
    name,
    sql``,
    (text) => /^[+-]?\d{1,19}(?:\.\d{1,15})?$/.test(text) && compare[operator](Number(text), value),
  )

const compare: Readonly<Record<NumberOperator, (one: number, other: number) => boolean>> = {
  eq: (one, other) => one === other,
  gt: (one, other) => one > other,
  ge: (one, other) => one >= other,
  lt: (one, other) => one < other,
  le: (one, other) => one <= other,
}

async function owners(
  { box, folder }: FilterScope,
  name: string,
  condition: Statement,
  fits: (value: string) => boolean,
): Promise<readonly Uid[]> {
  const rows = await box.engine.sql.all<{ folder: FolderId; uid: Uid; value: string }>(
    inARow(
      sql`select coalesce(o.folder, p.origin_folder) as folder, coalesce(o.uid, p.origin_uid) as uid,
            case when length(p.value) <= 40 then p.value else '' end as value
          from mail_item_property p left join mail_item_origin o
            on o.mailbox = p.mailbox and o.origin_folder = p.origin_folder and o.origin_uid = p.origin_uid
          where p.mailbox = ${box.id} and p.name = ${name} and p.origin_uid > 0`,
      condition,
    ),
  )
  // The rows of an item that moved name its former places too: no message is there.
  return ascending(rows.filter((row) => row.folder === folder && fits(row.value)).map(({ uid }) => uid))
}

function valueCondition(how: 'equals' | 'contains' | 'startsWith' | undefined, value: string): Statement {
  if (how === undefined) return sql``
  if (how === 'equals') return sql` and p.value = ${value}`
  const escaped = `${value.replaceAll(/[\\%_]/g, '\\$&')}%`
  return sql` and lower(p.value) like lower(${how === 'contains' ? `%${escaped}` : escaped}) escape '\\'`
}
