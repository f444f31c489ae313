import type { Uid } from '../../../core/ids.ts'
import type { Thread } from '../types.ts'

/** A message as threading sees it; equal ranks are equal dates or subjects. */
export interface Threadable {
  readonly uid: Uid
  readonly date: number
  readonly arrival: number
  /** 0 for the empty one. */
  readonly subject: number
  readonly reply: boolean
  /** -1 where it has none. */
  readonly id: number
  readonly references: readonly number[]
}

/** A place in a thread while it is made; without a message where one is missed. */
export interface Node extends Thread {
  readonly message: Threadable | undefined
  parent: Node | undefined
  children: Node[]
}

export const nodeOf = (message: Threadable | undefined): Node => ({
  uid: message?.uid,
  message,
  parent: undefined,
  children: [],
})

/** Threading of many messages stops there, so that others get their turn. */
export type Turns<T> = Generator<void, T>

/** Between two turns so many messages are looked at. */
export const TURN = 4096

/** Each node after its children; threads may be of any depth. */
export function childrenFirst(roots: readonly Node[]): Node[] {
  const order = [...roots]
  // Each before its children, to be turned round.
  for (let at = 0; at < order.length; at++) for (const child of order[at]!.children) order.push(child)
  return order.toReversed()
}

/** The message that a place is sorted by: where one is missed, its first child. */
export const leading = (node: Node): Threadable => node.message ?? node.children[0]!.message!

/** By the date that was sent; RFC 5256 §2.2: equal dates stay in the order of the folder. */
export const bySentDate = (one: Node, other: Node): number => {
  const [a, b] = [leading(one), leading(other)]
  return a.date - b.date || a.uid - b.uid
}
