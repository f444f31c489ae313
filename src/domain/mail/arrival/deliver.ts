import type { MailboxId } from '../../../core/ids.ts'
import { refuse } from '../../../core/refusal.ts'
import { sql, type Statements } from '../../../storage/engine.ts'
import { insertMessage, named, notingRefusal, prepare, type PreparedMessage, reserved } from './append.ts'
import { type MailContext, publish } from '../mailbox-context.ts'
import { createMailbox } from '../create-mailbox.ts'
import { pruneJournal } from '../journal/retention.ts'
import { MailTx } from '../mail-tx.ts'
import type { Release } from '../quota/reservations.ts'
import type { Delivery } from '../store-types.ts'

/** A delivery whose message is ready to be written. */
interface Prepared extends Pick<Delivery, 'mailbox' | 'to'> {
  readonly message: PreparedMessage
}

/** Writes all deliveries in one transaction, or none. */
export async function deliver(
  context: MailContext,
  deliveries: readonly Delivery[],
  revoked: AbortSignal,
): Promise<void> {
  await createMissing(context, new Set(deliveries.map(({ mailbox }) => mailbox)))
  const releases: Release[] = []
  try {
    for (const [mailbox, mine] of Map.groupBy(deliveries, ({ mailbox }) => mailbox)) {
      context.refusedOctets.check(mailbox)
      const messages = mine.map(({ message }) => message)
      releases.push(await reserved(context, mailbox, messages))
    }
    await deliverReserved(context, deliveries, revoked)
  } finally {
    for (const release of releases) release()
  }
}

async function deliverReserved(
  context: MailContext,
  deliveries: readonly Delivery[],
  revoked: AbortSignal,
): Promise<void> {
  const prepared = await prepareEach(context, deliveries)
  // Always in the same order, so that two writers that lock several mailboxes never wait for each other.
  const byMailbox = [...Map.groupBy(prepared, ({ mailbox }) => mailbox)].sort(([a], [b]) => a - b)
  const write = function* (): Statements<readonly MailTx[]> {
    const written: MailTx[] = []
    for (const [mailbox, mine] of byMailbox) {
      const inserting = insertDeliveries(context, mailbox, mine, revoked)
      written.push(yield* notingRefusal(revoked.aborted ? undefined : mailbox, inserting))
    }
    return written
  }
  const ready = new Set(prepared.map(({ message }) => message))
  const holds = byMailbox.map(([mailbox]) => mailbox)
  const written = await named(context, [...ready], () => context.engine.sql.write(write, holds))
  await Promise.all(written.map((tx) => publish(context, tx)))
}

/** Runs before the bytes are stored: a mailbox that is erased in the meantime is not created again. */
async function createMissing(context: MailContext, mailboxes: ReadonlySet<MailboxId>): Promise<void> {
  const { engine, world } = context
  const unknown: MailboxId[] = []
  for (const id of mailboxes) {
    const known = await engine.sql.first(sql`select mailbox from mail_mailbox where mailbox = ${id}`)
    if (!known) unknown.push(id)
  }
  if (unknown.length === 0) return
  await engine.sql.write(function* () {
    for (const id of unknown) yield* createMailbox(id, world.now(), context)
  }, unknown)
}

/** Stores and parses a message once, even if several mailboxes receive it. */
async function prepareEach(context: MailContext, deliveries: readonly Delivery[]): Promise<readonly Prepared[]> {
  const messages = [...new Set(deliveries.map(({ message }) => message))]
  for (const { bytes } of messages) {
    if (bytes.length > context.limits.messageOctets) refuse('too-big', 'The message is too big')
  }
  const prepared = await prepare(context, messages, deliveries[0]?.mailbox)
  const ready = new Map(messages.map((message, nth) => [message, prepared[nth]!]))
  return deliveries.map(({ mailbox, to, message }) => ({ mailbox, to, message: ready.get(message)! }))
}

function* insertDeliveries(
  context: MailContext,
  mailbox: MailboxId,
  deliveries: readonly Prepared[],
  revoked: AbortSignal,
): Statements<MailTx> {
  // The write may have waited in the queue.
  if (revoked.aborted) refuse('gone', 'The mailbox is no longer open to you')
  const tx = yield* MailTx.begin(mailbox, context.world.now(), context)
  for (const { to, message } of deliveries) {
    const taken = yield* tx.takeUidIn(to)
    if (!taken) continue
    const { octets, flags } = message
    yield* tx.grow({ octets, messages: 1 })
    yield* tx.add(taken.folder, [{ uid: taken.first, message: yield* insertMessage(tx, message), octets, flags }])
  }
  yield* tx.end()
  yield* pruneJournal(tx, context.limits)
  return tx
}
