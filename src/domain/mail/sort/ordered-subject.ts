import { bySentDate, type Node, nodeOf, type Threadable, TURN, type Turns } from './threads.ts'

/** RFC 5256 §3 ORDEREDSUBJECT: messages with one subject, the earliest of which has the others as its children. */
export function* orderedSubject(messages: readonly Threadable[]): Turns<Node[]> {
  const bySubject = new Map<number, Node[]>()
  for (const [nth, message] of messages.entries()) {
    if (nth % TURN === TURN - 1) yield
    const together = bySubject.get(message.subject)
    if (together) together.push(nodeOf(message))
    else bySubject.set(message.subject, [nodeOf(message)])
  }
  const threads = Array.from(bySubject.values(), (together) => {
    const [first, ...others] = together.sort(bySentDate)
    first!.children = others
    return first!
  })
  return threads.sort(bySentDate)
}
