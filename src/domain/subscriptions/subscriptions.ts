import type { AppId, FolderId, Guid, MailboxId, TenantId } from '../../core/ids.ts'
import { refuse } from '../../core/refusal.ts'
import type { World } from '../../core/world.ts'
import {
  ask,
  askOne,
  named,
  type Notifier,
  sql,
  type Sql,
  type Statement,
  type Statements,
} from '../../storage/engine.ts'
import type { ItemMark } from '../mail/items/types.ts'
import type { ChangeType, Subscription, Subscriptions } from './types.ts'

/** The most subscriptions: Graph has 1,000 for each mailbox. */
export const MOST_SUBSCRIPTIONS = { mailbox: 1000, app: 10_000, tenant: 50_000 } as const

const topic = named('subscriptions')

interface Row {
  readonly id: Guid
  readonly tenant: TenantId
  readonly app: AppId
  readonly creator: Guid
  readonly mailbox: MailboxId
  readonly folder: FolderId | null
  readonly resource: string
  readonly immutable_ids: number
  readonly change_types: string
  readonly url: string
  readonly lifecycle_url: string | null
  readonly client_state: string | null
  readonly expires: number
  readonly authority: string
  readonly mark: string
  readonly attempts: number
  readonly failing_since: number | null
  readonly retry_at: number | null
}

/** Subscriptions as rows of the database. Delivery reads them; the queue is the journal of the mailbox. */
export function createSubscriptions(deps: {
  readonly sql: Sql
  readonly notifier: Notifier
  readonly world: World
}): Subscriptions {
  const { sql: db, notifier, world } = deps
  const write = <T>(work: () => Statements<T>): Promise<T> => db.write(work, [topic])
  const written = async <T>(work: () => Statements<T>): Promise<T> => {
    const result = await write(work)
    notifier.notify(topic)
    return result
  }
  return {
    create: (given) => {
      const subscription: Subscription = { ...given, id: world.guid(), failure: undefined }
      return written(function* () {
        yield* refuseTooMany(given, world.now())
        const { id, tenant, app, creator, mailbox, folder, resource, url, expires, authority } = subscription
        yield* ask(sql`insert into subscription (id, tenant, app, creator, mailbox, folder, resource, immutable_ids,
            change_types, url, lifecycle_url, client_state, expires, authority, mark, attempts)
          values (${id}, ${tenant}, ${app}, ${creator}, ${mailbox}, ${folder ?? null}, ${resource},
            ${subscription.immutableIds ? 1 : 0}, ${subscription.changeTypes.join(',')}, ${url},
            ${subscription.lifecycleUrl ?? null}, ${subscription.clientState ?? null}, ${expires}, ${authority},
            ${JSON.stringify(subscription.mark)}, 0)`)
        return subscription
      })
    },
    async of({ tenant, app, creator }) {
      const rows = await db.all<Row>(sql`select * from subscription
        where tenant = ${tenant} and app = ${app} and creator = ${creator} and expires > ${world.now()} order by id`)
      return rows.map(subscriptionOf)
    },
    async find({ tenant, app, creator }, id) {
      const row = await db.first<Row>(sql`select * from subscription where id = ${id} and tenant = ${tenant}
        and app = ${app} and creator = ${creator} and expires > ${world.now()}`)
      return row && subscriptionOf(row)
    },
    renew: ({ tenant, app, creator }, id, { expires, authority }) =>
      written(function* () {
        const row = yield* askOne<Row>(sql`update subscription set expires = ${expires}, authority = ${authority}
          where id = ${id} and tenant = ${tenant} and app = ${app} and creator = ${creator}
            and expires > ${world.now()} returning *`)
        return row && subscriptionOf(row)
      }),
    remove: (id) =>
      written(function* () {
        const row = yield* askOne(sql`delete from subscription where id = ${id} returning id`)
        return row !== undefined
      }),
    async active() {
      const now = world.now()
      if (await db.first(sql`select id from subscription where expires <= ${now} limit 1`)) {
        await write(function* () {
          yield* ask(sql`delete from subscription where expires <= ${now}`)
        })
      }
      return (await db.all<Row>(sql`select * from subscription where expires > ${now}`)).map(subscriptionOf)
    },
    advance: (id, mark) =>
      write(function* () {
        yield* ask(sql`update subscription set mark = ${JSON.stringify(mark)}, attempts = 0, failing_since = null,
          retry_at = null where id = ${id}`)
      }),
    failed: (id, { attempts, since, retryAt }) =>
      write(function* () {
        yield* ask(sql`update subscription set attempts = ${attempts}, failing_since = ${since},
          retry_at = ${retryAt} where id = ${id}`)
      }),
    watch: (changed) => notifier.subscribe(topic, changed),
  }
}

function* refuseTooMany(
  { mailbox, tenant, app }: Pick<Subscription, 'mailbox' | 'tenant' | 'app'>,
  now: number,
): Statements<void> {
  const counts: readonly (readonly [Statement, number])[] = [
    [
      sql`select count(*) as count from subscription where mailbox = ${mailbox} and expires > ${now}`,
      MOST_SUBSCRIPTIONS.mailbox,
    ],
    [
      sql`select count(*) as count from subscription where tenant = ${tenant} and app = ${app} and expires > ${now}`,
      MOST_SUBSCRIPTIONS.app,
    ],
    [
      sql`select count(*) as count from subscription where tenant = ${tenant} and expires > ${now}`,
      MOST_SUBSCRIPTIONS.tenant,
    ],
  ]
  for (const [statement, most] of counts) {
    const { count } = (yield* askOne<{ count: number }>(statement))!
    if (count >= most) refuse('over-quota', `There are ${most} subscriptions already`)
  }
}

const subscriptionOf = (row: Row): Subscription => ({
  id: row.id,
  tenant: row.tenant,
  app: row.app,
  creator: row.creator,
  mailbox: row.mailbox,
  folder: row.folder ?? undefined,
  resource: row.resource,
  immutableIds: row.immutable_ids === 1,
  changeTypes: row.change_types.split(',') as ChangeType[],
  url: row.url,
  lifecycleUrl: row.lifecycle_url ?? undefined,
  clientState: row.client_state ?? undefined,
  expires: row.expires,
  authority: row.authority,
  mark: JSON.parse(row.mark) as ItemMark,
  failure:
    row.failing_since === null || row.retry_at === null
      ? undefined
      : { attempts: row.attempts, since: row.failing_since, retryAt: row.retry_at },
})
