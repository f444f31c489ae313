import { isGuid } from '../../src/core/ids.ts'
import type { MarkKind, Notifier, Topic, Unsubscribe } from '../../src/storage/engine.ts'

type Look = Parameters<Notifier['marks']>[1]

/** The notifier of a node that gets no notices: only marks tell it of a change, when the test looks at them. */
export class DeafNotifier implements Notifier {
  readonly #subscribers = new Map<Topic, Set<() => void>>()
  readonly #looks: { readonly kind: MarkKind; readonly look: Look }[] = []
  readonly #marks = new Map<Topic, number>()

  notify(): void {}

  subscribe(topic: Topic, woken: () => void): Unsubscribe {
    const subscribers = this.#subscribers.get(topic) ?? new Set()
    this.#subscribers.set(topic, subscribers.add(woken))
    return () => void subscribers.delete(woken)
  }

  marks(kind: MarkKind, look: Look): void {
    this.#looks.push({ kind, look })
  }

  /** Looks at all marks once, and wakes the subscribers of topics that changed since the last time. */
  async look(): Promise<void> {
    for (const { kind, look } of this.#looks) {
      const topics = [...this.#subscribers.keys()].filter((topic) => kindOf(topic) === kind)
      for (const [topic, mark] of topics.length > 0 ? await look(topics) : []) {
        const known = this.#marks.get(topic)
        this.#marks.set(topic, mark)
        if (known !== mark) for (const woken of this.#subscribers.get(topic) ?? []) woken()
      }
    }
  }
}

function kindOf(topic: Topic): MarkKind {
  if (typeof topic === 'number') return 'mailbox'
  return isGuid(topic) ? 'tenant' : 'named'
}
