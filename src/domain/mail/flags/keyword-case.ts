import type { FolderId } from '../../../core/ids.ts'
import { refuse } from '../../../core/refusal.ts'
import { ask, sql, type Statements } from '../../../storage/engine.ts'
import { folded } from './flags.ts'
import type { MailLimits } from '../limits.ts'
import type { Flags } from '../types.ts'

/** Flags with their keywords in the case first used in the folder; new ones are remembered. Refuses `over-quota`. */
export function* inFolderCase(
  folder: FolderId,
  flags: readonly Flags[],
  limits: MailLimits,
): Statements<(flags: Flags) => Flags> {
  const used = new Map<string, string>()
  for (const { keywords } of flags) {
    for (const keyword of keywords) if (!used.has(folded(keyword))) used.set(folded(keyword), keyword)
  }
  if (used.size === 0) return (flags) => flags
  const names = yield* knownKeywords(folder)
  const fresh = [...used].filter(([fold]) => !names.has(fold))
  if (names.size + fresh.length > limits.keywordsPerFolder) yield* forgetUnused(folder, names, used)
  if (names.size + fresh.length > limits.keywordsPerFolder) refuse('over-quota', 'The folder has too many keywords')
  for (const [fold, name] of fresh) {
    names.set(fold, name)
    yield* ask(sql`insert into mail_keyword (folder, folded, name) values (${folder}, ${fold}, ${name})`)
  }
  return ({ system, keywords }) => ({ system, keywords: keywords.map((keyword) => names.get(folded(keyword))!) })
}

function* knownKeywords(folder: FolderId): Statements<Map<string, string>> {
  const rows = yield* ask<{ folded: string; name: string }>(
    sql`select folded, name from mail_keyword where folder = ${folder}`,
  )
  return new Map(rows.map(({ folded, name }) => [folded, name]))
}

/** Makes room: takes out of `names` what no message has and nobody asks for. */
function* forgetUnused(
  folder: FolderId,
  names: Map<string, string>,
  asked: ReadonlyMap<string, string>,
): Statements<void> {
  const rows = yield* ask<{ keywords: string }>(
    sql`select distinct keywords from mail_state where folder = ${folder} and keywords <> ''`,
  )
  const had = new Set(rows.flatMap(({ keywords }) => keywords.split(' ').map(folded)))
  for (const fold of names.keys()) {
    if (had.has(fold) || asked.has(fold)) continue
    names.delete(fold)
    yield* ask(sql`delete from mail_keyword where folder = ${folder} and folded = ${fold}`)
  }
}
