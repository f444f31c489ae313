import type { MailboxId } from '../../core/ids.ts'
import type { Log } from '../../core/log.ts'
import { isRefusedFor, refuse } from '../../core/refusal.ts'
import { SECOND } from '../../core/time.ts'
import type { World } from '../../core/world.ts'
import { ask, askOne, type Engine, sql, type Statements } from '../../storage/engine.ts'
import { portions } from './portions.ts'
import type { MaildropLock } from './types.ts'

/** Milliseconds after which a lock that its node does not renew is free, and between two renewals. */
const LASTS = 30 * SECOND
const RENEWED_EVERY = 10 * SECOND
/** Locks that one write renews. */
const TOGETHER = 64

interface Parts {
  readonly engine: Engine
  readonly world: World
  readonly log: Log
}

/** A lock that a session of this node has. */
interface Held {
  readonly mailbox: MailboxId
  readonly holder: string
  readonly loss: AbortController
  /** Another node may take the lock from then on. */
  until: number
}

/**
 * RFC 1939 §3: a POP3 session has exclusive access to its maildrop. The locks are rows, so they count at every node. A
 * node renews its locks while their sessions last.
 */
export class Maildrops {
  readonly #parts: Parts
  readonly #held = new Map<MailboxId, Held>()
  readonly #writing = new Set<Promise<unknown>>()
  #renewing = false

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** Undefined if another session has the lock. */
  async lock(mailbox: MailboxId): Promise<MaildropLock | undefined> {
    if (this.#held.has(mailbox)) return undefined
    const { world } = this.#parts
    const held = { mailbox, holder: world.guid(), loss: new AbortController(), until: world.now() + LASTS }
    this.#held.set(mailbox, held)
    let taken = false
    try {
      taken = await this.#take(held)
    } finally {
      if (!taken) this.#forget(held)
    }
    if (!taken) return undefined
    this.#renewLater()
    return { lost: held.loss.signal, holder: held.holder, release: () => this.#release(held) }
  }

  /** Resolves when the released locks are free at every node. */
  async settled(): Promise<void> {
    await Promise.all(this.#writing)
  }

  /** Frees the locks of sessions that ended with this process, which was the only one. */
  async freeAll(): Promise<void> {
    const { sql: rows } = this.#parts.engine
    const found = await rows.all<{ mailbox: MailboxId }>(sql`select mailbox from mail_maildrop order by mailbox`)
    for (const { mailbox } of found) {
      await rows.write(() => ask(sql`delete from mail_maildrop where mailbox = ${mailbox}`), [mailbox])
    }
  }

  async #take({ mailbox, holder, until }: Held): Promise<boolean> {
    const now = this.#parts.world.now()
    const taking = () =>
      askOne(
        sql`insert into mail_maildrop (mailbox, holder, until) values (${mailbox}, ${holder}, ${until})
            on conflict (mailbox) do update set holder = excluded.holder, until = excluded.until
              where mail_maildrop.until <= ${now}
            returning mailbox`,
      )
    try {
      return (await this.#parts.engine.sql.write(taking, [mailbox])) !== undefined
    } catch (error) {
      // On a full disk the session reads. It cannot remove messages without the row.
      if (isRefusedFor('no-room', error)) return true
      throw error
    }
  }

  #release(held: Held): void {
    if (!this.#forget(held)) return
    const { mailbox, holder } = held
    const freeing = () => ask(sql`delete from mail_maildrop where mailbox = ${mailbox} and holder = ${holder}`)
    this.#track(this.#parts.engine.sql.write(freeing, [mailbox]), 'The lock of a maildrop lasts until its time ends')
  }

  /** Returns false if it was forgotten before. */
  #forget({ mailbox, holder }: Held): boolean {
    return this.#held.get(mailbox)?.holder === holder && this.#held.delete(mailbox)
  }

  #renewLater(): void {
    if (this.#renewing) return
    this.#renewing = true
    this.#parts.world.after(RENEWED_EVERY, () => {
      this.#renewing = false
      if (this.#held.size === 0) return
      this.#renewLater()
      for (const some of portions([...this.#held.values()], TOGETHER)) {
        this.#track(this.#renew(some), 'Locks of maildrops could not be renewed')
      }
    })
  }

  async #renew(some: readonly Held[]): Promise<void> {
    const { engine, world } = this.#parts
    const until = world.now() + LASTS
    const ordered = some.toSorted((a, b) => a.mailbox - b.mailbox)
    try {
      const holds = ordered.map(({ mailbox }) => mailbox)
      const renewed = new Set(await engine.sql.write(() => renewAll(ordered, until), holds))
      for (const held of some) if (renewed.has(held.holder)) held.until = until
      for (const held of some) if (!renewed.has(held.holder)) this.#lose(held)
    } catch (error) {
      for (const held of some) if (held.until <= world.now()) this.#lose(held)
      throw error
    }
  }

  #lose(held: Held): void {
    if (this.#forget(held)) held.loss.abort()
  }

  #track(work: Promise<unknown>, failed: string): void {
    const tracked = work
      .catch((error: unknown) => this.#parts.log.warn({ error }, failed))
      .finally(() => this.#writing.delete(tracked))
    this.#writing.add(tracked)
  }
}

/** Returns the holders of the locks that are still theirs. */
function* renewAll(locks: readonly Held[], until: number): Statements<readonly string[]> {
  const renewed: string[] = []
  for (const { mailbox, holder } of locks) {
    const row = yield* askOne(
      sql`update mail_maildrop set until = ${until} where mailbox = ${mailbox} and holder = ${holder} returning mailbox`,
    )
    if (row) renewed.push(holder)
  }
  return renewed
}

/** Refuses `gone` for a write of a session that has lost its lock. */
export function* refuseLost(mailbox: MailboxId, { holder }: MaildropLock): Statements<void> {
  const row = yield* askOne(sql`select mailbox from mail_maildrop where mailbox = ${mailbox} and holder = ${holder}`)
  if (!row) refuse('gone', 'The lock of the maildrop was lost')
}
