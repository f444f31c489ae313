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
    let last = next
    for (let at: ThreadOf<T> | undefined = next; at; at = at.children.length === 1 ? at.children[0] : undefined) {
      if (at.uid !== undefined) members.push(number(at.uid))
      last = at
    }
    parts.push(members.join(' '), members.length > 0 && last.children.length > 0 ? ' ' : '')
    list(last.children)
  }
  return parts.join('')
}
