import type { FolderId, ModSeq, Uid } from '../../../core/ids.ts'
import { flagsOf, keywordsText } from '../flags/flags.ts'
import { PORTION, portions } from '../portions.ts'
import type { Flags } from '../types.ts'
import { uidsOf, uidText } from './uid-text.ts'

/** What a line tells: of messages as in `Change`, or of the folder itself. `subscribed` covers both ways. */
export type LineKind = 'added' | 'changed' | 'expunged' | 'created' | 'renamed' | 'gone' | 'subscribed' | 'annotated'

/** One journal entry, as its readers get it. */
export interface Line {
  readonly modSeq: ModSeq
  /** 0 for what is no folder's affair. */
  readonly folder: FolderId
  readonly kind: LineKind
  /** `added` and `changed`: {@link groupsText}; `expunged`: UIDs; `gone`: the last name of the path, else all of it; `annotated`: the entries. */
  readonly what: string
}

/** Ascending UIDs whose flags are equal. */
export interface FlagGroup {
  readonly flags: Flags
  readonly uids: readonly Uid[]
}

/**
 * Which messages have which flags from this line on, so that a reader needs nothing but the journal:
 * `1:3,7 1 $Junk` is one group, groups are separated by line feeds.
 */
export const groupsText = (groups: Iterable<FlagGroup>): string =>
  Array.from(groups, ({ flags, uids }) => `${uidText(uids)} ${flags.system} ${keywordsText(flags)}`).join('\n')

/** The same groups for several lines, none of which tells of too many messages. */
export function* groupPortions(groups: readonly FlagGroup[]): Generator<readonly FlagGroup[], void> {
  const messages = groups.reduce((sum, { uids }) => sum + uids.length, 0)
  if (messages <= PORTION) yield groups
  else for (const { flags, uids } of groups) for (const portion of portions(uids)) yield [{ flags, uids: portion }]
}

/** Reads back what {@link groupsText} wrote. */
export const groupsOf = (text: string): FlagGroup[] =>
  text.split('\n').map((group) => {
    const [uids, system, ...keywords] = group.split(' ')
    return { flags: flagsOf(Number(system), keywords.join(' ')), uids: uidsOf(uids!) }
  })

/** Gathers messages by equal flags. */
export class Grouping {
  readonly #groups = new Map<string, { flags: Flags; uids: Uid[] }>()

  add(uid: Uid, flags: Flags): void {
    const key = `${flags.system} ${keywordsText(flags)}`
    const group = this.#groups.get(key)
    if (group) group.uids.push(uid)
    else this.#groups.set(key, { flags, uids: [uid] })
  }

  get groups(): readonly FlagGroup[] {
    return [...this.#groups.values()]
  }
}
