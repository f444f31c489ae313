import type { Uid } from '../../../core/ids.ts'
import { refuse } from '../../../core/refusal.ts'
import { sql, type Statement } from '../../../storage/engine.ts'
import type { MailboxContext } from '../mailbox-context.ts'
import { byRanks, type Comparable, type Key, ranksOf, runInSteps, sortedPlaces } from '../sort/ranks.ts'
import { SEEN, type SortCriterion } from '../types.ts'
import { uidStatements } from '../uid-statements.ts'
import { type FolderScan, importanceAt, type ItemMatch } from './filter.ts'
import type { Place } from './item-rows.ts'
import type { ItemOrder, ItemOrderKey } from '../item-types.ts'

/** The most items of several folders that are sorted by a text. */
const MOST = 10_000

/** The texts that items are sorted by: criteria of IMAP SORT. */
const texts: Partial<Readonly<Record<ItemOrderKey, SortCriterion>>> = {
  subject: 'subject',
  fromName: 'displayFrom',
  fromAddress: 'from',
}

/** Sorts matches, which are in the order of their folders and UIDs. */
export async function sortedMatches(
  box: MailboxContext,
  scans: readonly FolderScan[],
  order: readonly ItemOrder[],
  matches: readonly ItemMatch[],
): Promise<readonly Place[]> {
  const signal = scans[0]?.signal
  const keys: Key[] = []
  for (const { by, descending } of order) {
    const text = texts[by]
    keys.push({
      ...(await (text ? textRanks(box, scans, text, matches) : figureRanks(scans, by, matches))),
      reverse: descending,
    })
  }
  const sorted = await runInSteps(byRanks(matches.length, keys), signal)
  return Array.from(sorted, (nth) => {
    const { scan, place } = matches[nth]!
    return { folder: scans[scan]!.folder, uid: scans[scan]!.column.uids[place]! }
  })
}

type Ranks = Pick<Key, 'ranks' | 'different'>

const ranked = async (values: readonly Comparable[]): Promise<Ranks> => ranksOf(values, await sortedPlaces(values))

function figureRanks(scans: readonly FolderScan[], by: ItemOrderKey, matches: readonly ItemMatch[]): Promise<Ranks> {
  const figures = scans.map((scan) => figureOf(scan, by))
  return ranked(matches.map(({ scan, place }) => figures[scan]!(place)))
}

function figureOf(scan: FolderScan, by: ItemOrderKey): (place: number) => number {
  const { column, index } = scan
  const figures = { received: column.received, sent: column.sent, created: column.created, size: column.octets }
  switch (by) {
    case 'received':
    case 'sent':
    case 'created':
    case 'size':
      return (place) => figures[by][place]!
    case 'uid':
      return (place) => column.uids[place]!
    case 'attachments':
      return (place) => column.attachments[place]!
    case 'importance':
      return importanceAt(scan)
    case 'modified':
      return (place) => index.modSeqAt(scan.view.positions[place]!)
    default:
      return (place) => index.flagsAt(scan.view.positions[place]!).system & SEEN
  }
}

async function textRanks(
  box: MailboxContext,
  scans: readonly FolderScan[],
  by: SortCriterion,
  matches: readonly ItemMatch[],
): Promise<Ranks> {
  const [only] = scans
  if (scans.length === 1) {
    const keys = await box.sortColumns.keys(only!.index, by, only!.signal)
    const uids = matches.map(({ place }) => only!.column.uids[place]!)
    return { ranks: keys.ranksOf(uids), different: keys.different }
  }
  if (matches.length > MOST) refuse('too-big', 'There is more than can be sorted by a text in several folders')
  const values = new Map<string, string>()
  for (const [scan, some] of Map.groupBy(matches, (match) => match.scan)) {
    const { folder, column } = scans[scan]!
    const uids = some.map(({ place }) => column.uids[place]!)
    for (const statement of uidStatements(keyHead(folder, by), uids)) {
      for (const { uid, value } of await box.engine.sql.all<{ uid: Uid; value: string }>(statement)) {
        values.set(`${scan} ${uid}`, value)
      }
    }
  }
  return ranked(matches.map(({ scan, place }) => values.get(`${scan} ${scans[scan]!.column.uids[place]!}`) ?? ''))
}

function keyHead(folder: number, by: SortCriterion): Statement {
  const head = sql`from mail_state s join mail_sort_key k on k.message = s.message where s.folder = ${folder} and s.uid`
  const column = by === 'subject' ? 'k.subject' : by === 'from' ? 'k.sender' : 'k.display_from'
  return { parts: [`select s.uid, ${column} as value ${head.parts[0]}`, ...head.parts.slice(1)], args: head.args }
}
