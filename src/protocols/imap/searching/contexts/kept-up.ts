import type { ReturnOptions } from '../../../../codecs/imap/esearch.ts'
import { refuse } from '../../../../core/refusal.ts'
import type { FoundMessages } from '../found.ts'
import type { Session } from '../../conversation/session.ts'
import type { Selected } from '../../state.ts'
import type { Live } from './live-search.ts'
import { pinned } from './pinned.ts'

export interface KeptUp {
  readonly found: FoundMessages
  /** What is said where the client will not be told of changes, though it asked for it. */
  readonly refused: string
}

/** RFC 5267 §4.3: a tag stands for one search that is kept up to date. */
export function refuseTagInUse(asked: ReturnOptions | undefined, tag: string, { selected }: Session): void {
  if (asked?.update && selected?.contexts.has(tag)) refuse('bad-syntax', 'That tag stands for another search')
}

/** Finds, and hears of what changes from then on; `live` is there where that was asked for. */
export async function keptUp(
  { deps }: Session,
  { contexts, view }: Pick<Selected, 'contexts' | 'view'>,
  live: Live | undefined,
  find: () => Promise<FoundMessages>,
): Promise<KeptUp> {
  if (!live) return { found: await find(), refused: '' }
  const { tag, term } = live
  const search = contexts.begin({ ...live, term: pinned(term, view) }, deps.world.now())
  try {
    const found = await find()
    return { found, refused: search && contexts.settle(search, found.uids) ? '' : noUpdate(tag) }
  } catch (thrown) {
    contexts.end(tag)
    throw thrown
  }
}

/** RFC 5267 §4.3.1. */
export const noUpdate = (tag: string): string => `* NO [NOUPDATE "${tag}"] There is no more that is kept up to date\r\n`
