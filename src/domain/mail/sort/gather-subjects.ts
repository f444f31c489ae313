import { leading, type Node, nodeOf } from './threads.ts'

/** RFC 5256 §3 REFERENCES, step 5: threads with one base subject become one. */
export function gatherSubjects(roots: readonly Node[]): Node[] {
  const table = subjectTable(roots)
  const gathered: Node[] = []
  const place = new Map<Node, number>()
  for (const node of roots) {
    const subject = leading(node).subject
    const other = subject === 0 ? undefined : table.get(subject)
    if (!other || other === node) {
      place.set(node, gathered.push(node) - 1)
    } else if (!other.message) {
      other.children.push(...(node.message ? [node] : node.children))
    } else if (isReply(node) && !isReply(other)) {
      other.children.push(node)
    } else {
      // Neither answers the other: both stand below something that is missed. The table prefers the earlier of equals.
      const both = nodeOf(undefined)
      both.children = [other, node]
      table.set(subject, both)
      gathered[place.get(other)!] = both
    }
  }
  return gathered
}

/** What the threads with each subject are put together with: rather no message than one, rather no reply than one. */
function subjectTable(roots: readonly Node[]): Map<number, Node> {
  const table = new Map<number, Node>()
  for (const node of roots) {
    const { subject } = leading(node)
    if (subject === 0) continue
    const there = table.get(subject)
    if (!there || (there.message && (!node.message || (isReply(there) && !isReply(node))))) table.set(subject, node)
  }
  return table
}

const isReply = (node: Node): boolean => node.message?.reply ?? false
