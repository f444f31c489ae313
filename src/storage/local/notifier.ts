import type { Log } from '../../core/log.ts'
import type { Notifier, Topic } from '../engine.ts'

/** Notices within one process. Those given in one go are told once, after the giver's own turn is over. */
export class LocalNotifier implements Notifier {
  readonly #subscribers = new Map<Topic, Set<() => void>>()
  readonly #log: Log
  #due = new Set<Topic>()

  constructor(log: Log) {
    this.#log = log
  }

  notify(topic: Topic): void {
    if (!this.#subscribers.has(topic)) return
    if (this.#due.size === 0) queueMicrotask(() => this.#tell())
    this.#due.add(topic)
  }

  subscribe(topic: Topic, woken: () => void): () => void {
    // One and the same function may be subscribed twice: each has an entry of its own.
    const entry = () => woken()
    const entries = this.#subscribers.get(topic) ?? new Set()
    this.#subscribers.set(topic, entries.add(entry))
    return () => {
      entries.delete(entry)
      if (entries.size === 0 && this.#subscribers.get(topic) === entries) this.#subscribers.delete(topic)
    }
  }

  #tell(): void {
    const due = this.#due
    this.#due = new Set()
    for (const topic of due) {
      for (const woken of this.#subscribers.get(topic) ?? []) {
        try {
          woken()
        } catch (error) {
          this.#log.error({ error }, 'A subscriber failed when it was notified')
        }
      }
    }
  }
}
