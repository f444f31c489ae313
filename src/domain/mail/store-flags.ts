import type { FolderId, ModSeq, Uid } from '../../core/ids.ts'
import { refuse } from '../../core/refusal.ts'
import { ask, sql, type Statements } from '../../storage/engine.ts'
import { type Box, write } from './box.ts'
import { changedFlags, checkedFlags, flagsKey, flagsOf, keywordsText } from './flags.ts'
import { Grouping } from './journal-line.ts'
import { inFolderCase } from './keyword-case.ts'
import type { MailLimits } from './limits.ts'
import { overNumbers } from './over-numbers.ts'
import type { FlagChange, Flags, Stored } from './types.ts'
import { ascending } from './uid-text.ts'

interface StateRow {
  readonly uid: Uid
  readonly modseq: ModSeq
  readonly system: number
  readonly keywords: string
}

export async function store(
  box: Box,
  folder: FolderId,
  uids: readonly Uid[],
  change: FlagChange,
  unchangedSince?: ModSeq,
): Promise<Stored> {
  const asked = { mode: change.mode, flags: checkedFlags(change.flags, box.limits) }
  return write(box, function* (tx) {
    const { highestModSeq } = yield* tx.folder(folder)
    const sorting = new Sorting(yield* inCase(folder, asked, box.limits), unchangedSince, box.limits)
    const head = sql`select uid, modseq, system, keywords from mail_state where folder = ${folder} and uid`
    for (const statement of overNumbers(head, ascending(uids))) {
      for (const row of yield* ask<StateRow>(statement)) sorting.add(row)
    }
    yield* tx.setFlags(folder, sorting.before.groups, sorting.after.groups)
    return {
      stored: ascending(sorting.stored),
      modified: ascending(sorting.modified),
      modSeq: tx.told ? tx.modSeq : highestModSeq,
      changed: tx.told,
    }
  })
}

function* inCase(folder: FolderId, change: FlagChange, limits: MailLimits): Statements<FlagChange> {
  // What is to be removed need not exist.
  if (change.mode === 'remove') return change
  const cased = yield* inFolderCase(folder, [change.flags], limits)
  return { mode: change.mode, flags: cased(change.flags) }
}

/** Sorts messages by what a change does to them. */
class Sorting {
  readonly stored: Uid[] = []
  readonly modified: Uid[] = []
  /** Those that change, with their old and with their new flags. */
  readonly before = new Grouping()
  readonly after = new Grouping()
  readonly #change: FlagChange
  readonly #unchangedSince: ModSeq | undefined
  readonly #limits: MailLimits
  readonly #outcomes = new Map<string, { before: Flags; after: Flags; same: boolean }>()

  constructor(change: FlagChange, unchangedSince: ModSeq | undefined, limits: MailLimits) {
    this.#change = change
    this.#unchangedSince = unchangedSince
    this.#limits = limits
  }

  add({ uid, modseq, system, keywords }: StateRow): void {
    // RFC 7162 §3.1.3
    if (this.#unchangedSince !== undefined && modseq > this.#unchangedSince) {
      this.modified.push(uid)
      return
    }
    this.stored.push(uid)
    const { before, after, same } = this.#outcome(system, keywords)
    if (same) return
    this.before.add(uid, before)
    this.after.add(uid, after)
  }

  #outcome(system: number, keywords: string): { before: Flags; after: Flags; same: boolean } {
    const key = flagsKey(system, keywords)
    const known = this.#outcomes.get(key)
    if (known) return known
    const before = flagsOf(system, keywords)
    const after = changedFlags(before, this.#change)
    if (after.keywords.length > this.#limits.keywordsPerMessage) {
      refuse('over-quota', 'A message cannot have so many keywords')
    }
    const outcome = { before, after, same: key === flagsKey(after.system, keywordsText(after)) }
    this.#outcomes.set(key, outcome)
    return outcome
  }
}
