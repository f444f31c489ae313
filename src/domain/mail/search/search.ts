import type { Uid } from '../../../core/ids.ts'
import { refuse } from '../../../core/refusal.ts'
import type { World } from '../../../core/world.ts'
import { type FolderIndex, type Mailbox, type SearchKey, systemFlags } from '../types.ts'

export interface SearchSource {
  readonly messages: (uids: readonly Uid[]) => ReturnType<Mailbox['messages']>
  readonly content: Mailbox['content']
  readonly signal: AbortSignal
  readonly world?: World
}

/** UIDs of the messages that match, in ascending order. */
export async function runSearch(index: FolderIndex, query: SearchKey, _source: SearchSource): Promise<readonly Uid[]> {
  const found: Uid[] = []
  for (let position = 0; position < index.count; position++) {
    if (matches(index, position, query)) found.push(index.uidAt(position))
  }
  return found
}

function matches(index: FolderIndex, position: number, query: SearchKey): boolean {
  switch (query.key) {
    case 'all':
      return true
    case 'uids':
      return query.ranges.some(([low, high]) => low <= index.uidAt(position) && index.uidAt(position) <= high)
    case 'flag':
      return hasFlag(index, position, query.flag) === query.set
    case 'modseq':
      return index.modSeqAt(position) >= query.from
    case 'not':
      return !matches(index, position, query.of)
    case 'and':
      return query.of.every((key) => matches(index, position, key))
    case 'or':
      return query.of.some((key) => matches(index, position, key))
    default:
      return refuse('unsupported', 'Only flags, UIDs and mod-sequences can be searched for')
  }
}

function hasFlag(index: FolderIndex, position: number, flag: string): boolean {
  const { system, keywords } = index.flagsAt(position)
  const bit = Object.entries(systemFlags).find(([name]) => name.toLowerCase() === flag.toLowerCase())?.[1]
  return bit === undefined
    ? keywords.some((keyword) => keyword.toLowerCase() === flag.toLowerCase())
    : (system & bit) !== 0
}
