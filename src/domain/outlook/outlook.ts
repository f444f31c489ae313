import type { Guid, MailboxId } from '../../core/ids.ts'
import { refuse } from '../../core/refusal.ts'
import type { World } from '../../core/world.ts'
import { ask, askOne, sql, type Sql, type Statement, type Statements } from '../../storage/engine.ts'
import { fold } from '../directory/names.ts'
import { initialSettings } from './mailbox-settings.ts'
import { createSearchFolders } from './search-folders.ts'
import type { Category, Classification, MailboxSettings, MessageRule, Outlook, Override } from './types.ts'

/** The most rows of one mailbox. */
const MOST = { categories: 1000, overrides: 1000, rules: 500 } as const
/** The most octets of the rules of one mailbox: Exchange has 256 KB. */
const RULE_OCTETS = 256 * 1024
/** Senders that are remembered, per mailbox. Beyond it the oldest are forgotten. */
const MOST_REPLIED = 10_000

interface OverrideRow {
  readonly id: Guid
  readonly name: string
  readonly address: string
  readonly classify_as: Classification
}

interface RuleRow {
  readonly id: string
  readonly sequence: number
  readonly rule: string
}

/** Settings, categories, overrides and rules of mailboxes, as rows of the database. */
export function createOutlook({ sql: db, world }: { readonly sql: Sql; readonly world: World }): Outlook {
  const write = <T>(mailbox: MailboxId, work: () => Statements<T>): Promise<T> => db.write(work, [mailbox])
  return {
    searchFolders: createSearchFolders({ sql: db, world }),
    async settings(mailbox) {
      return settingsOf(
        await db.first<{ settings: string }>(sql`select settings from outlook_settings where mailbox = ${mailbox}`),
      )
    },
    changeSettings: (mailbox, change) =>
      write(mailbox, function* () {
        const row = yield* askOne<{ settings: string }>(
          sql`select settings from outlook_settings where mailbox = ${mailbox}`,
        )
        const changed = { ...settingsOf(row), ...change }
        yield* ask(sql`insert into outlook_settings (mailbox, settings) values (${mailbox}, ${JSON.stringify(changed)})
          on conflict (mailbox) do update set settings = excluded.settings`)
        return changed
      }),

    async categories(mailbox) {
      const rows = await db.all<{ id: Guid; name: string; color: string }>(
        sql`select id, name, color from outlook_category where mailbox = ${mailbox} order by name_key`,
      )
      return rows.map(categoryOf)
    },
    addCategory: (mailbox, { displayName, color }) => {
      const id = world.guid() as Guid
      return write(mailbox, function* () {
        yield* refuseFull(
          sql`select count(*) as count from outlook_category where mailbox = ${mailbox}`,
          MOST.categories,
        )
        const key = fold(displayName)
        const known = yield* askOne(
          sql`select id from outlook_category where mailbox = ${mailbox} and name_key = ${key}`,
        )
        if (known) refuse('already-exists', 'There is a category of that name', { property: 'displayName' })
        yield* ask(sql`insert into outlook_category (mailbox, id, name, name_key, color)
          values (${mailbox}, ${id}, ${displayName}, ${key}, ${color})`)
        return { id, displayName, color }
      })
    },
    recolorCategory: (mailbox, id, color) =>
      write(mailbox, function* () {
        const row = yield* askOne<{ id: Guid; name: string; color: string }>(
          sql`update outlook_category set color = ${color} where mailbox = ${mailbox} and id = ${id}
              returning id, name, color`,
        )
        return row ? categoryOf(row) : refuseUnknown('category')
      }),
    removeCategory: (mailbox, id) =>
      write(mailbox, () =>
        removeOne(sql`delete from outlook_category where mailbox = ${mailbox} and id = ${id} returning id`, 'category'),
      ),

    async overrides(mailbox) {
      const rows = await db.all<OverrideRow>(
        sql`select id, name, address, classify_as from outlook_override where mailbox = ${mailbox} order by address_key`,
      )
      return rows.map(overrideOf)
    },
    addOverride: (mailbox, { name, address, classifyAs }) => {
      const id = world.guid() as Guid
      return write(mailbox, function* () {
        yield* refuseFull(
          sql`select count(*) as count from outlook_override where mailbox = ${mailbox}`,
          MOST.overrides,
        )
        const row = yield* askOne<OverrideRow>(sql`insert into outlook_override
            (mailbox, id, name, address, address_key, classify_as)
          values (${mailbox}, ${id}, ${name}, ${address}, ${fold(address)}, ${classifyAs})
          on conflict (mailbox, address_key) do update set name = excluded.name, classify_as = excluded.classify_as
          returning id, name, address, classify_as`)
        return overrideOf(row!)
      })
    },
    changeOverride: (mailbox, id, change) =>
      write(mailbox, function* () {
        const row = yield* askOne<OverrideRow>(
          sql`select id, name, address, classify_as from outlook_override where mailbox = ${mailbox} and id = ${id}`,
        )
        if (!row) refuseUnknown('override')
        const { name, address, classifyAs } = { ...overrideOf(row), ...change }
        yield* ask(sql`update outlook_override
          set name = ${name}, address = ${address}, address_key = ${fold(address)}, classify_as = ${classifyAs}
          where mailbox = ${mailbox} and id = ${id}`)
        return { id: row.id, name, address, classifyAs }
      }),
    removeOverride: (mailbox, id) =>
      write(mailbox, () =>
        removeOne(sql`delete from outlook_override where mailbox = ${mailbox} and id = ${id} returning id`, 'override'),
      ),

    async rules(mailbox) {
      const rows = await db.all<RuleRow>(
        sql`select id, sequence, rule from outlook_rule where mailbox = ${mailbox} order by sequence, id`,
      )
      return rows.map(ruleOf)
    },
    addRule: (mailbox, { sequence, ...rule }) => {
      const id = Buffer.from(world.bytes(12)).toString('base64url')
      return write(mailbox, function* () {
        const { count, last } = (yield* askOne<{ count: number; last: number | null }>(
          sql`select count(*) as count, max(sequence) as last from outlook_rule where mailbox = ${mailbox}`,
        ))!
        if (count >= MOST.rules) refuse('over-quota', 'There are too many rules')
        const added = { id, ...rule, sequence: sequence ?? (last ?? 0) + 1 }
        yield* ask(sql`insert into outlook_rule (mailbox, id, sequence, rule)
          values (${mailbox}, ${id}, ${added.sequence}, ${JSON.stringify(rule)})`)
        yield* refuseLongRules(mailbox)
        return added
      })
    },
    changeRule: (mailbox, id, change) =>
      write(mailbox, function* () {
        const row = yield* askOne<RuleRow>(
          sql`select id, sequence, rule from outlook_rule where mailbox = ${mailbox} and id = ${id}`,
        )
        if (!row) refuseUnknown('rule')
        const changed = { ...ruleOf(row), ...change }
        const { id: _, sequence, ...rule } = changed
        yield* ask(sql`update outlook_rule set sequence = ${sequence}, rule = ${JSON.stringify(rule)}
          where mailbox = ${mailbox} and id = ${id}`)
        yield* refuseLongRules(mailbox)
        return changed
      }),
    removeRule: (mailbox, id) =>
      write(mailbox, () =>
        removeOne(sql`delete from outlook_rule where mailbox = ${mailbox} and id = ${id} returning id`, 'rule'),
      ),

    firstReply: (mailbox, sender, period) =>
      write(mailbox, function* () {
        const key = fold(sender)
        const row = yield* askOne<{ since: string }>(
          sql`select since from outlook_replied where mailbox = ${mailbox} and sender = ${key}`,
        )
        if (row?.since === period) return false
        yield* ask(sql`insert into outlook_replied (mailbox, sender, since, at)
          values (${mailbox}, ${key}, ${period}, ${world.now()})
          on conflict (mailbox, sender) do update set since = excluded.since, at = excluded.at`)
        yield* ask(sql`delete from outlook_replied where mailbox = ${mailbox} and at <= (
          select at from outlook_replied where mailbox = ${mailbox} order by at desc, sender
          limit 1 offset ${MOST_REPLIED})`)
        return true
      }),
    erase: (mailbox, through = (work, holds) => db.write(work, holds)) =>
      through(
        function* () {
          for (const statement of erasures(mailbox)) yield* ask(statement)
        },
        [mailbox],
      ),
  }
}

const erasures = (mailbox: MailboxId) => [
  sql`delete from outlook_settings where mailbox = ${mailbox}`,
  sql`delete from outlook_category where mailbox = ${mailbox}`,
  sql`delete from outlook_override where mailbox = ${mailbox}`,
  sql`delete from outlook_rule where mailbox = ${mailbox}`,
  sql`delete from outlook_replied where mailbox = ${mailbox}`,
  sql`delete from outlook_search_folder where mailbox = ${mailbox}`,
]

const settingsOf = (row: { readonly settings: string } | undefined): MailboxSettings => ({
  ...initialSettings,
  ...(row ? (JSON.parse(row.settings) as Partial<MailboxSettings>) : {}),
})

const categoryOf = ({ id, name, color }: { id: Guid; name: string; color: string }): Category => ({
  id,
  displayName: name,
  color,
})

const overrideOf = ({ id, name, address, classify_as: classifyAs }: OverrideRow): Override => ({
  id,
  name,
  address,
  classifyAs,
})

const ruleOf = ({ id, sequence, rule }: RuleRow): MessageRule => ({
  ...(JSON.parse(rule) as Omit<MessageRule, 'id' | 'sequence'>),
  id,
  sequence,
})

function* refuseFull(count: Statement, most: number): Statements<void> {
  const row = yield* askOne<{ count: number }>(count)
  if (row!.count >= most) refuse('over-quota', `There are ${most} already`)
}

function* refuseLongRules(mailbox: MailboxId): Statements<void> {
  const row = yield* askOne<{ octets: number | null }>(
    sql`select sum(length(rule)) as octets from outlook_rule where mailbox = ${mailbox}`,
  )
  if ((row?.octets ?? 0) > RULE_OCTETS) refuse('over-quota', 'The rules take too much space')
}

function* removeOne(statement: Statement, what: string): Statements<void> {
  const removed = yield* ask(statement)
  if (removed.length === 0) refuseUnknown(what)
}

function refuseUnknown(what: string): never {
  return refuse('no-such-thing', `There is no such ${what}`)
}
