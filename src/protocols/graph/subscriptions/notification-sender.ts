import type { Access } from '../../../access/types.ts'
import type { FolderId, MailboxId, TenantId } from '../../../core/ids.ts'
import type { Log } from '../../../core/log.ts'
import { Refusal } from '../../../core/refusal.ts'
import { HOUR, isoSeconds, MINUTE, SECOND } from '../../../core/time.ts'
import type { World } from '../../../core/world.ts'
import type { ItemChange, ItemChangesResult, ItemMark, MailItems } from '../../../domain/mail/items/types.ts'
import type { ChangeType, Subscription, Subscriptions } from '../../../domain/subscriptions/types.ts'
import type { Post, PostResult } from '../../../net/post.ts'
import { etagOf } from '../mail/messages/message-shape.ts'
import { HostTurns } from './host-turns.ts'

/** Changes in one request. */
const BATCH = 100
/** Milliseconds between two looks at the list of subscriptions, in case a notice was lost. */
const LOOK = 10 * SECOND
/** Milliseconds that directory changes are collected before access decides again. */
const DECIDE = 500
/** A receiver that accepts nothing for so long loses notifications. */
const PATIENCE = 4 * HOUR
const FIRST_RETRY = 10 * SECOND
const LONGEST_RETRY = 10 * MINUTE
/** Changes of no interest after which the mark is stored all the same, so that the journal does not outrun it. */
const UNSTORED = 200

export interface NotificationDeps {
  readonly access: Pick<Access, 'openForSubscriber'>
  readonly subscriptions: Subscriptions
  readonly post: Post
  readonly notifier: { subscribe(topic: MailboxId | TenantId, woken: () => void): () => void }
  readonly world: World
  readonly log: Log
}

/** A subscription at work. */
interface Active {
  subscription: Subscription
  mark: ItemMark
  busy: boolean
  again: boolean
  readonly stop: () => void
}

type LifecycleEvent = 'subscriptionRemoved' | 'missed' | 'reauthorizationRequired'

/**
 * Sends change notifications. The journal of the mailbox is the queue: a subscription has a mark in it, which moves when
 * the receiver has accepted what came before. So nothing waits in memory, and a restart loses nothing. Each
 * subscription goes on by itself, so a slow receiver delays its own notifications only.
 */
export class NotificationSender {
  readonly #deps: NotificationDeps
  readonly #active = new Map<string, Active>()
  readonly #turns = new HostTurns()
  readonly #running = new Set<Promise<void>>()
  readonly #tenants = new Map<TenantId, () => void>()
  readonly #deciding = new Set<TenantId>()
  #signal = AbortSignal.abort()
  #looking: Promise<void> = Promise.resolve()

  constructor(deps: NotificationDeps) {
    this.#deps = deps
  }

  /** Sends until the signal aborts: one node does it at a time. */
  async whileLeased(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return
    this.#signal = signal
    const look = () => {
      this.#looking = this.#looking.then(() => this.#look(signal))
    }
    const unwatch = this.#deps.subscriptions.watch(look)
    let forget: (() => void) | undefined
    const tick = () => {
      look()
      forget = this.#deps.world.after(LOOK, tick)
    }
    tick()
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
    forget?.()
    unwatch()
    await this.settled()
    for (const { stop } of this.#active.values()) stop()
    for (const leave of this.#tenants.values()) leave()
    this.#active.clear()
    this.#tenants.clear()
  }

  /** Resolves when everything under way has been sent or has failed. */
  async settled(): Promise<void> {
    await this.#looking
    while (this.#running.size > 0) await Promise.all(this.#running)
  }

  async #look(signal: AbortSignal): Promise<void> {
    const { subscriptions, log } = this.#deps
    if (signal.aborted) return
    try {
      const rows = await subscriptions.active()
      if (signal.aborted) return
      const present = new Set(rows.map(({ id }) => id as string))
      for (const [id, { stop }] of this.#active) {
        if (present.has(id)) continue
        stop()
        this.#active.delete(id)
      }
      for (const row of rows) this.#add(row)
    } catch (error) {
      log.error({ error }, 'The subscriptions cannot be read; trying again')
    }
  }

  #add(row: Subscription): void {
    const known = this.#active.get(row.id)
    if (known) {
      const changed = known.subscription.authority !== row.authority
      known.subscription = { ...row, failure: known.subscription.failure }
      if (changed) this.#wake(known)
      return
    }
    const { notifier, world } = this.#deps
    const unsubscribe = notifier.subscribe(row.mailbox, () => this.#wake(active))
    let forget: (() => void) | undefined
    const active: Active = {
      subscription: row,
      mark: row.mark,
      busy: false,
      again: false,
      stop: () => {
        unsubscribe()
        forget?.()
      },
    }
    this.#active.set(row.id, active)
    this.#watchTenant(row.tenant)
    forget = world.after(Math.max(0, (row.failure?.retryAt ?? 0) - world.now()), () => this.#wake(active))
    this.#wake(active)
  }

  /** Access decides again soon after the directory of a tenant has changed. */
  #watchTenant(tenant: TenantId): void {
    if (this.#tenants.has(tenant)) return
    const { notifier, world } = this.#deps
    const leave = notifier.subscribe(tenant, () => {
      if (this.#deciding.has(tenant)) return
      this.#deciding.add(tenant)
      world.after(DECIDE, () => {
        this.#deciding.delete(tenant)
        for (const active of this.#active.values()) {
          if (active.subscription.tenant === tenant) this.#wake(active)
        }
      })
    })
    this.#tenants.set(tenant, leave)
  }

  #wake(active: Active): void {
    active.again = true
    if (active.busy || this.#signal.aborted) return
    active.busy = true
    const running = this.#run(active).finally(() => this.#running.delete(running))
    this.#running.add(running)
  }

  async #run(active: Active): Promise<void> {
    const { log } = this.#deps
    try {
      while (active.again && !this.#signal.aborted && this.#isActive(active)) {
        active.again = false
        await this.#step(active)
      }
    } catch (error) {
      if (!this.#signal.aborted) {
        log.error({ error, subscription: active.subscription.id }, 'A notification failed; trying again')
        this.#later(active, FIRST_RETRY)
      }
    } finally {
      active.busy = false
    }
  }

  #isActive = ({ subscription }: Active): boolean =>
    this.#active.has(subscription.id) && subscription.expires > this.#deps.world.now()

  #later(active: Active, milliseconds: number): void {
    this.#deps.world.after(milliseconds, () => this.#wake(active))
  }

  /** Decides whether the app may still read, and sends the next changes. */
  async #step(active: Active): Promise<void> {
    const { access, world } = this.#deps
    const { subscription } = active
    const signal = this.#signal
    let opened
    try {
      opened = await access.openForSubscriber(subscription.authority)
    } catch (thrown) {
      if (!isFinal(thrown)) throw thrown
      return this.#removed(active)
    }
    if ((subscription.failure?.retryAt ?? 0) > world.now()) return opened.leave()
    const { mailbox, record } = opened
    let value: readonly object[]
    let mark: ItemMark
    try {
      const { items } = mailbox
      const read = await readChanges(items, subscription.folder, active.mark)
      if (read === 'folder removed') return await this.#removed(active)
      if (read === 'journal outrun') return await this.#missed(active, await items.mark())
      ;({ mark } = read)
      if (read.more) active.again = true
      const user = record.externalDirectoryObjectId
      value = read.changes.flatMap((change) => notificationOf(subscription, user, items, change))
    } finally {
      opened.leave()
    }
    if (value.length === 0) return this.#passed(active, mark)
    const result = await this.#turns.run(subscription.url, () => send(this.#deps, subscription.url, value, signal))
    if (signal.aborted) return
    if (isAccepted(result)) return this.#advance(active, mark)
    await this.#failed(active, result, mark)
  }

  /** The changes do not concern the subscription. */
  async #passed(active: Active, mark: ItemMark): Promise<void> {
    if (mark.modSeq - active.subscription.mark.modSeq >= UNSTORED) return this.#advance(active, mark)
    active.mark = mark
  }

  async #advance(active: Active, mark: ItemMark): Promise<void> {
    await this.#deps.subscriptions.advance(active.subscription.id, mark)
    active.mark = mark
    active.subscription = { ...active.subscription, mark, failure: undefined }
  }

  async #failed(active: Active, result: PostResult, mark: ItemMark): Promise<void> {
    const { subscriptions, world, log } = this.#deps
    const { id, url, failure } = active.subscription
    const since = failure?.since ?? world.now()
    const attempts = (failure?.attempts ?? 0) + 1
    const gaveUp = world.now() - since >= PATIENCE
    const why = 'failure' in result ? { why: result.failure } : { status: result.status }
    log.warn({ subscription: id, host: new URL(url).host, attempts, gaveUp, ...why }, 'A notification was not accepted')
    if (gaveUp) return this.#missed(active, mark)
    const wait = Math.min(LONGEST_RETRY, FIRST_RETRY * 2 ** Math.min(attempts - 1, 10))
    const failed = { attempts, since, retryAt: world.now() + wait }
    await subscriptions.failed(id, failed)
    active.subscription = { ...active.subscription, failure: failed }
    active.again = false
    this.#later(active, wait)
  }

  /** Changes up to the mark will not be sent; the app has to look for them itself. */
  async #missed(active: Active, mark: ItemMark): Promise<void> {
    await this.#advance(active, mark)
    active.again = true
    await this.#tell(active.subscription, 'missed')
  }

  /** The app may no longer read the mailbox, or it is gone. */
  async #removed(active: Active): Promise<void> {
    const { subscription } = active
    active.stop()
    this.#active.delete(subscription.id)
    if (await this.#deps.subscriptions.remove(subscription.id)) await this.#tell(subscription, 'subscriptionRemoved')
  }

  /** Sends a lifecycle notification once, if the app has named a URL for them. */
  async #tell(subscription: Subscription, lifecycleEvent: LifecycleEvent): Promise<void> {
    const { lifecycleUrl, id, resource, tenant } = subscription
    if (lifecycleUrl === undefined) return
    const value = [{ lifecycleEvent, ...commonOf(subscription), resource, organizationId: tenant }]
    const result = await this.#turns.run(lifecycleUrl, () => send(this.#deps, lifecycleUrl, value, this.#signal))
    if (!isAccepted(result)) {
      this.#deps.log.warn({ subscription: id, lifecycleEvent }, 'A lifecycle notification was not accepted')
    }
  }
}

/** A refusal that no later decision with the same facts changes. */
const isFinal = (thrown: unknown): boolean =>
  thrown instanceof Refusal && ['not-allowed', 'no-such-thing', 'not-signed-in', 'gone'].includes(thrown.reason)

async function readChanges(
  items: MailItems,
  folder: FolderId | undefined,
  since: ItemMark,
): Promise<ItemChangesResult | 'folder removed' | 'journal outrun'> {
  try {
    return await items.changesSince({ folder, since, take: BATCH })
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown
    if (thrown.reason === 'no-such-thing') return 'folder removed'
    if (thrown.detail['code'] === 'SyncStateNotFound') return 'journal outrun'
    throw thrown
  }
}

const isAccepted = (result: PostResult): boolean => 'status' in result && result.status >= 200 && result.status <= 299

const send = ({ post }: NotificationDeps, url: string, value: readonly object[], signal: AbortSignal) =>
  post(url, { contentType: 'application/json; charset=utf-8', body: JSON.stringify({ value }), signal })

const commonOf = ({ id, expires, clientState, tenant }: Subscription) => ({
  subscriptionId: id,
  subscriptionExpirationDateTime: isoSeconds(expires),
  clientState: clientState ?? null,
  tenantId: tenant,
})

const changeTypes = {
  created: 'created',
  updated: 'updated',
  removed: 'deleted',
} as const satisfies Record<ItemChange['kind'], ChangeType>

/** docs/reference/graph-mail.md §3.2 */
function notificationOf(
  subscription: Subscription,
  user: string,
  items: MailItems,
  change: ItemChange,
): readonly object[] {
  const changeType = changeTypes[change.kind]
  if (!subscription.changeTypes.includes(changeType)) return []
  const item = change.kind === 'removed' ? change : change.item
  const id = items.itemId(item, subscription.immutableIds ? 'immutable' : 'default')
  const resource = `Users/${user}/Messages/${id}`
  return [
    {
      ...commonOf(subscription),
      changeType,
      resource,
      resourceData: {
        '@odata.type': '#Microsoft.Graph.Message',
        '@odata.id': resource,
        ...(change.kind !== 'removed' && { '@odata.etag': etagOf(items.changeKey(change.item)) }),
        id,
      },
    },
  ]
}
