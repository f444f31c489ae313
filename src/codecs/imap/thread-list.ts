/** A thread as a response shows it; without a number where a message is missed. */
export interface ThreadOf<T> {
  readonly uid: T | undefined
  readonly children: readonly ThreadOf<T>[]
}

/** RFC 5256 §5 `thread-list` of each; `number` is what a message is called. Threads may be of any depth. */
export function writeThreads<T>(threads: readonly ThreadOf<T>[], number: (uid: T) => number): string {
  const parts: string[] = []
  const waiting: (ThreadOf<T> | ')')[] = []
  const list = (siblings: readonly ThreadOf<T>[]): void => {
    for (const sibling of siblings.toReversed()) waiting.push(')', sibling)
  }
  list(threads)
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (next === ')') {
      parts.push(next)
      continue
    }
    parts.push('(')
    // What has one answer and it are members of one list.
    const members: number[] = []
    let below: readonly ThreadOf<T>[] = []
    for (let at: ThreadOf<T> | undefined = next; at; at = below.length === 1 ? below[0] : undefined) {
      if (at.uid !== undefined) members.push(number(at.uid))
      below = at.children
    }
    parts.push(members.join(' '), members.length > 0 && below.length > 0 ? ' ' : '')
    list(below)
  }
  return parts.join('')
}
