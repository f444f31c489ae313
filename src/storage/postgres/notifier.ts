import { MINUTE, SECOND } from '../../core/time.ts'
import type { MailboxId } from '../../core/ids.ts'
import type { Log } from '../../core/log.ts'
import type { World } from '../../core/world.ts'
import { type MarkKind, named, type Notifier, type Topic, type Unsubscribe } from '../engine.ts'
import { LocalNotifier } from '../local/notifier.ts'
import type { PostgresConnection } from './connection.ts'
import type { Link } from './link.ts'

const CHANNEL = 'postern'
/** Milliseconds after a notification for which notices are gathered, and under load. */
const GATHER = 5
const GATHER_LOADED = 20
/** Topics of one notification that count as load. */
const LOAD = 100
/** Octets of a notification; PostgreSQL takes fewer than 8,000. */
const PAYLOAD = 7_900
/** Topics that wait while the database is away. Beyond that, others find the changes by the marks. */
const MOST_WAITING = 10_000
/** Milliseconds between two looks at the marks. What a look finds must have its effect within a second. */
const INTERVALS: Readonly<Record<MarkKind, number>> = { mailbox: 10 * SECOND, tenant: 800, named: 800 }
/** Milliseconds before a look that failed is logged again. */
const LOG_PAUSE = MINUTE

type Look = (topics: readonly Topic[]) => Promise<ReadonlyMap<Topic, number>>

/**
 * Notices among the nodes by LISTEN and NOTIFY. A NOTIFY in a transaction takes a lock of the whole server until the
 * commit, so notices leave after the commit, many in one. Subscribers of this node hear of its own notices at once.
 */
export class PostgresNotifier implements Notifier {
  readonly #local: LocalNotifier
  readonly #link: Link
  readonly #node: string
  readonly #world: World
  readonly #log: Log
  #waiting = new Set<Topic>()
  #sending: (() => void) | undefined
  /** When the next notification may leave, by {@link World.elapsed}. */
  #restsUntil = Number.NEGATIVE_INFINITY
  readonly #looks: MarkLook[] = []

  constructor(link: Link, node: string, world: World, log: Log) {
    this.#local = new LocalNotifier(log)
    this.#link = link
    this.#node = node
    this.#world = world
    this.#log = log
  }

  /** Listens on a new connection, and wakes everyone, since notices may have been missed. */
  async listen(connection: PostgresConnection): Promise<void> {
    connection.listen((payload) => this.#hear(payload))
    await connection.run(`listen ${CHANNEL}`)
    for (const topic of this.#local.topics()) this.#local.notify(topic)
    if (this.#waiting.size > 0) this.#schedule()
  }

  notify(topic: Topic, knowing?: Unsubscribe): void {
    this.#local.notify(topic, knowing)
    if (this.#waiting.size < MOST_WAITING) this.#waiting.add(topic)
    this.#schedule()
  }

  subscribe(topic: Topic, woken: () => void): Unsubscribe {
    return this.#local.subscribe(topic, woken)
  }

  marks(kind: MarkKind, look: Look): void {
    const marks = new MarkLook(kind, look, this.#local, this.#world, this.#log)
    this.#looks.push(marks)
    marks.start()
  }

  /** Sends what waits and looks no more. The connection is closed by its owner. */
  async close(): Promise<void> {
    for (const look of this.#looks) look.stop()
    this.#sending?.()
    await this.#send().catch(() => {})
  }

  /** The first notice after a pause leaves at once. */
  #schedule(): void {
    if (this.#sending) return
    this.#sending = this.#world.after(Math.max(0, this.#restsUntil - this.#world.elapsed()), () => {
      this.#sending = undefined
      // Topics that cannot be sent wait for the next connection.
      this.#send().catch(() => {})
    })
  }

  async #send(): Promise<void> {
    const connection = this.#link.current
    if (!connection || this.#waiting.size === 0) return
    const topics = this.#waiting
    this.#waiting = new Set()
    this.#restsUntil = this.#world.elapsed() + (topics.size > LOAD ? GATHER_LOADED : GATHER)
    try {
      await Promise.all(
        payloads(this.#node, topics).map((payload) =>
          connection.prepared('postern_notify', 'select pg_notify($1, $2)', [CHANNEL, payload]),
        ),
      )
    } catch (error) {
      for (const topic of topics) if (this.#waiting.size < MOST_WAITING) this.#waiting.add(topic)
      throw error
    }
  }

  #hear(payload: string): void {
    const [from, ...topics] = payload.split(' ')
    if (from === this.#node) return
    for (const text of topics) {
      const topic = topicOf(text)
      if (topic !== undefined) this.#local.notify(topic)
    }
  }
}

/** The node, then topics, separated by spaces: numbers in base 36, others after a hyphen. */
export function payloads(node: string, topics: Iterable<Topic>): readonly string[] {
  const made: string[] = []
  let payload = node
  for (const topic of topics) {
    const text = typeof topic === 'number' ? topic.toString(36) : `-${encodeURIComponent(topic)}`
    if (payload.length + 1 + text.length > PAYLOAD) {
      made.push(payload)
      payload = node
    }
    payload += ` ${text}`
  }
  return [...made, payload]
}

/** Returns undefined for text that is no topic: others may send notifications on the channel. */
function topicOf(text: string): Topic | undefined {
  if (!text.startsWith('-')) {
    const number = Number.parseInt(text, 36)
    return Number.isSafeInteger(number) ? (number as MailboxId) : undefined
  }
  try {
    return named(decodeURIComponent(text.slice(1)))
  } catch {
    return undefined
  }
}

/** A GUID names a tenant. */
const kindOf = (topic: Topic): MarkKind => {
  if (typeof topic === 'number') return 'mailbox'
  return /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/.test(topic) ? 'tenant' : 'named'
}

/** Finds the notices that were lost, by the marks of the topics that have subscribers. */
class MarkLook {
  readonly #kind: MarkKind
  readonly #look: Look
  readonly #local: LocalNotifier
  readonly #world: World
  readonly #log: Log
  #seen = new Map<Topic, number>()
  #forget = () => {}
  #stopped = false
  #logged: number | undefined

  constructor(kind: MarkKind, look: Look, local: LocalNotifier, world: World, log: Log) {
    this.#kind = kind
    this.#look = look
    this.#local = local
    this.#world = world
    this.#log = log
  }

  start(): void {
    this.#forget = this.#world.after(INTERVALS[this.#kind], () => {
      void this.#run().then(() => {
        if (!this.#stopped) this.start()
      })
    })
  }

  stop(): void {
    this.#stopped = true
    this.#forget()
  }

  async #run(): Promise<void> {
    const topics = [...this.#local.topics()].filter((topic) => kindOf(topic) === this.#kind)
    if (topics.length === 0) {
      this.#seen = new Map()
      return
    }
    try {
      const marks = await this.#look(topics)
      // A new subscriber is woken too: its notice may have been lost before this first look.
      for (const [topic, mark] of marks) if (this.#seen.get(topic) !== mark) this.#local.notify(topic)
      this.#seen = new Map(marks)
    } catch (error) {
      const now = this.#world.elapsed()
      if (this.#logged !== undefined && now - this.#logged < LOG_PAUSE) return
      this.#logged = now
      this.#log.warn({ error, kind: this.#kind }, 'The marks of changes could not be read')
    }
  }
}
