import type { FolderId, MailboxId } from '../../../core/ids.ts'
import { refuse } from '../../../core/refusal.ts'
import { ask, askOne, inARow, listOf, type Sql, sql, type Statements } from '../../../storage/engine.ts'
import type { MailLimits } from '../limits.ts'
import { uidStatements } from '../uid-statements.ts'
import type { ItemKey, ItemProperty, ItemPropertyChange } from '../item-types.ts'

type PropertyLimits = Pick<MailLimits, 'properties' | 'propertyName' | 'propertyOctets' | 'mailboxPropertyOctets'>

interface PropertyRow extends ItemProperty {
  readonly origin_uid: number
}

/** Properties of items, for each in the order of the keys. */
export async function readProperties(
  rows: Sql,
  mailbox: MailboxId,
  keys: readonly { readonly originFolder: number; readonly originUid: number }[],
  names?: readonly string[],
): Promise<readonly (readonly ItemProperty[])[]> {
  if (names?.length === 0) return keys.map(() => [])
  const found = new Map<string, ItemProperty[]>()
  const named = names ? inARow(sql` and name in (`, listOf(names), sql`)`) : sql``
  for (const [folder, ofFolder] of Map.groupBy(keys, ({ originFolder }) => originFolder)) {
    const head = inARow(
      sql`select origin_uid, name, value from mail_item_property where mailbox = ${mailbox} and origin_folder = ${folder}`,
      named,
      sql` and origin_uid`,
    )
    const uids = [...new Set(ofFolder.map(({ originUid }) => originUid))].sort((a, b) => a - b)
    for (const statement of uidStatements(head, uids)) {
      for (const { origin_uid, name, value } of await rows.all<PropertyRow>(statement)) {
        const key = `${folder} ${origin_uid}`
        found.set(key, [...(found.get(key) ?? []), { name, value }])
      }
    }
  }
  return keys.map(({ originFolder, originUid }) => found.get(`${originFolder} ${originUid}`) ?? [])
}

/** An item, or a folder if the UID is 0. */
export type PropertyOwner = { readonly originFolder: FolderId; readonly originUid: number }

/** Returns true if something changed. Refuses `too-big` and `over-quota`. */
export function* writeProperties(
  mailbox: MailboxId,
  { originFolder, originUid }: PropertyOwner,
  changes: readonly ItemPropertyChange[],
  limits: PropertyLimits,
): Statements<boolean> {
  if (changes.length === 0) return false
  const rows = yield* ask<ItemProperty>(
    sql`select name, value from mail_item_property
        where mailbox = ${mailbox} and origin_folder = ${originFolder} and origin_uid = ${originUid}`,
  )
  const before = new Map(rows.map(({ name, value }) => [name, value]))
  const after = new Map(before)
  for (const { name, value } of changes) {
    if (name.length > limits.propertyName) refuse('too-big', 'The name of the property is too long')
    if (value === undefined) after.delete(name)
    else after.set(name, value.replaceAll('\0', '').toWellFormed())
  }
  const [octetsBefore, octets] = [octetsOf(before), octetsOf(after)]
  if (after.size > limits.properties || octets > limits.propertyOctets) {
    if (octets > octetsBefore) refuse('too-big', 'An item cannot have so many properties')
  }
  let changed = false
  for (const { name } of changes) {
    const value = after.get(name)
    if (value === before.get(name)) continue
    changed = true
    yield* ask(
      value === undefined
        ? sql`delete from mail_item_property where mailbox = ${mailbox} and origin_folder = ${originFolder}
              and origin_uid = ${originUid} and name = ${name}`
        : sql`insert into mail_item_property (mailbox, origin_folder, origin_uid, name, value)
              values (${mailbox}, ${originFolder}, ${originUid}, ${name}, ${value})
              on conflict (mailbox, origin_folder, origin_uid, name) do update set value = excluded.value`,
    )
  }
  if (octets !== octetsBefore) yield* countOctets(mailbox, octets - octetsBefore, limits)
  return changed
}

/** Gives a copy the properties of an item. */
export function* copyProperties(
  mailbox: MailboxId,
  from: ItemKey,
  to: ItemKey,
  limits: PropertyLimits,
): Statements<void> {
  const rows = yield* ask<ItemProperty>(
    sql`select name, value from mail_item_property
        where mailbox = ${mailbox} and origin_folder = ${from.originFolder} and origin_uid = ${from.originUid}`,
  )
  yield* writeProperties(mailbox, to, rows, limits)
}

/** Deletes all properties of an item, or of a folder if the UID is 0. */
export function* dropProperties(mailbox: MailboxId, folder: FolderId, uid: number): Statements<void> {
  const rows = yield* ask<ItemProperty>(
    sql`delete from mail_item_property
        where mailbox = ${mailbox} and origin_folder = ${folder} and origin_uid = ${uid} returning name, value`,
  )
  if (rows.length === 0) return
  yield* countOctets(mailbox, -octetsOf(new Map(rows.map(({ name, value }) => [name, value]))))
}

const octetsOf = (properties: ReadonlyMap<string, string>): number => {
  let octets = 0
  for (const [name, value] of properties) octets += name.length + Buffer.byteLength(value)
  return octets
}

function* countOctets(mailbox: MailboxId, more: number, limits?: PropertyLimits): Statements<void> {
  const row = yield* askOne<{ octets: number }>(
    sql`insert into mail_item_usage (mailbox, octets) values (${mailbox}, ${more})
        on conflict (mailbox) do update set octets = mail_item_usage.octets + excluded.octets returning octets`,
  )
  if (limits && more > 0 && row!.octets > limits.mailboxPropertyOctets) {
    refuse('over-quota', 'The mailbox cannot have more properties')
  }
}
