import type { Log } from '../../core/log.ts'
import type { Notifier, Topic, Unsubscribe } from '../engine.ts'

/** Notices within one process. Notices of the same turn are delivered once, after the turn of the caller. */
export class LocalNotifier implements Notifier {
  readonly #subscribers = new Map<Topic, Map<Unsubscribe, () => void>>()
  readonly #log: Log
  /** With the subscriber to skip, if it is the same for all notices. */
  #due = new Map<Topic, Unsubscribe | undefined>()

  constructor(log: Log) {
    this.#log = log
  }

  notify(topic: Topic, knowing?: Unsubscribe): void {
    if (!this.#subscribers.has(topic)) return
    if (this.#due.size === 0) queueMicrotask(() => this.#tell())
    const alike = !this.#due.has(topic) || this.#due.get(topic) === knowing
    this.#due.set(topic, alike ? knowing : undefined)
  }

  subscribe(topic: Topic, woken: () => void): Unsubscribe {
    const entries = this.#subscribers.get(topic) ?? new Map()
    const unsubscribe = () => {
      entries.delete(unsubscribe)
      if (entries.size === 0 && this.#subscribers.get(topic) === entries) this.#subscribers.delete(topic)
    }
    this.#subscribers.set(topic, entries.set(unsubscribe, woken))
    return unsubscribe
  }

  /** The topics that have subscribers. */
  topics(): Iterable<Topic> {
    return this.#subscribers.keys()
  }

  /** Notices within a process are not lost, so nobody looks for them. */
  marks(): void {}

  #tell(): void {
    const due = this.#due
    this.#due = new Map()
    for (const [topic, knowing] of due) {
      for (const [entry, woken] of this.#subscribers.get(topic) ?? []) {
        if (entry === knowing) continue
        try {
          woken()
        } catch (error) {
          this.#log.error({ error }, 'A subscriber failed when it was notified')
        }
      }
    }
  }
}
