import type { Uid } from '../../../core/ids.ts'
import { type Flags, type FolderIndex, type SearchKey, systemFlags } from '../types.ts'
import { type Facts, dayOf } from './facts.ts'
import { fold } from './fold.ts'

/** Undefined while too little is known. */
export type Verdict = boolean | undefined

/** A search, ready to be asked about one message after another. */
export interface Judge {
  /** Folded texts to look for in whole messages. */
  readonly needles: readonly string[]
  /** Whether a header may decide before the whole message is read. */
  readonly asksHeader: boolean
  verdict(facts: Facts): Verdict
}

type Test = (facts: Facts) => Verdict
/** The search in postfix order: nesting of any depth takes no stack. */
type Step = Test | { readonly join: 'and' | 'or'; readonly count: number } | 'not'

export function judgeOf(query: SearchKey, index: FolderIndex): Judge {
  const needles = new Set<string>()
  let asksHeader = false
  const steps: Step[] = []
  const pending: SearchKey[] = [query]
  for (let key = pending.pop(); key; key = pending.pop()) {
    if (key.key === 'not') {
      steps.push('not')
      pending.push(key.of)
    } else if (isJoin(key)) {
      steps.push({ join: key.key, count: key.of.length })
      for (const inner of key.of) pending.push(inner)
    } else {
      steps.push(testOf(key, index))
      if ((key.key === 'body' || key.key === 'text') && key.text !== '') needles.add(fold(key.text))
      asksHeader ||= key.key === 'header' || ('of' in key && key.of === 'sent')
    }
  }
  steps.reverse()
  return { needles: [...needles], asksHeader, verdict: (facts) => run(steps, facts) }
}

/** Three-valued logic: one false decides an AND and one true an OR, whatever is still unknown. */
function run(steps: readonly Step[], facts: Facts): Verdict {
  const stack: Verdict[] = []
  for (const step of steps) {
    if (typeof step === 'function') stack.push(step(facts))
    else if (step === 'not') {
      const verdict = stack.pop()
      stack.push(verdict === undefined ? undefined : !verdict)
    } else {
      const verdicts = stack.splice(stack.length - step.count)
      const decisive = step.join === 'or'
      if (verdicts.includes(decisive)) stack.push(decisive)
      else stack.push(verdicts.includes(undefined) ? undefined : !decisive)
    }
  }
  return stack[0]
}

type Join = Extract<SearchKey, { readonly key: 'or' | 'and' }>
type Leaf = Exclude<SearchKey, Join | { readonly key: 'not' }>

const isJoin = (key: SearchKey): key is Join => key.key === 'or' || key.key === 'and'

function testOf(key: Leaf, index: FolderIndex): Test {
  switch (key.key) {
    case 'all':
      return () => true
    case 'uids':
      return uidTest(key.ranges, index)
    case 'flag':
      return flagTest(key.flag, key.set, index)
    case 'modseq':
      return ({ position }) => index.modSeqAt(position) >= key.from
    case 'larger':
      return ({ message }) => message && message.octets > key.octets
    case 'smaller':
      return ({ message }) => message && message.octets < key.octets
    case 'header':
      return headerTest(key.name.toLowerCase(), fold(key.text))
    case 'body':
    case 'text':
      return textTest(key.key, fold(key.text))
    default:
      return dayTest(key)
  }
}

function uidTest(ranges: readonly (readonly [Uid, Uid])[], index: FolderIndex): Test {
  const sorted = ranges.map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const).sort((a, b) => a[0] - b[0])
  const merged: [number, number][] = []
  for (const [first, last] of sorted) {
    const before = merged.at(-1)
    if (before && first <= before[1] + 1) before[1] = Math.max(before[1], last)
    else merged.push([first, last])
  }
  return ({ position }) => {
    const uid = index.uidAt(position)
    let low = 0
    let high = merged.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (merged[middle]![1] < uid) low = middle + 1
      else high = middle
    }
    return low < merged.length && merged[low]![0] <= uid
  }
}

function flagTest(flag: string, set: boolean, index: FolderIndex): Test {
  const name = flag.toLowerCase()
  const bit = Object.entries(systemFlags).find(([known]) => known.toLowerCase() === name)?.[1]
  if (bit !== undefined) return ({ position }) => ((index.flagsAt(position).system & bit) !== 0) === set
  // Equal flags are one object, so each combination is looked through once.
  const known = new Map<Flags, boolean>()
  return ({ position }) => {
    const flags = index.flagsAt(position)
    let has = known.get(flags)
    if (has === undefined) {
      has = flags.keywords.some((keyword) => keyword.toLowerCase() === name)
      known.set(flags, has)
    }
    return has === set
  }
}

function dayTest(key: Extract<Leaf, { readonly day: string }>): Test {
  const fits = (day: string | undefined) => {
    if (day === undefined) return false
    return key.key === 'on' ? day === key.day : key.key === 'before' ? day < key.day : day >= key.day
  }
  if (key.of === 'received') return ({ message }) => message && fits(dayOf(message.received))
  return ({ header }) => header && fits(header.sentDay)
}

/** An empty text asks for the field's presence. */
const headerTest =
  (name: string, needle: string): Test =>
  ({ header }) =>
    header && header.texts(name).some((text) => text.includes(needle))

/** RFC 9051 §6.4.4: TEXT looks into the header too. Every message holds the empty text. */
const textTest =
  (where: 'body' | 'text', needle: string): Test =>
  ({ found }) =>
    needle === '' || (found && (found.inBody.has(needle) || (where === 'text' && found.inHeader.has(needle))))
