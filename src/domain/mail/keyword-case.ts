import type { FolderId } from '../../core/ids.ts'
import { refuse } from '../../core/refusal.ts'
import { ask, sql, type Statements } from '../../storage/engine.ts'
import { folded } from './flags.ts'
import type { MailLimits } from './limits.ts'
import type { Flags } from './types.ts'

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
  const rows = yield* ask<{ folded: string; name: string }>(
    sql`select folded, name from mail_keyword where folder = ${folder}`,
  )
  const names = new Map(rows.map(({ folded, name }) => [folded, name]))
  for (const [fold, name] of used) {
    if (names.has(fold)) continue
    if (names.size >= limits.keywordsPerFolder) refuse('over-quota', 'The folder has too many keywords')
    names.set(fold, name)
    yield* ask(sql`insert into mail_keyword (folder, folded, name) values (${folder}, ${fold}, ${name})`)
  }
  return ({ system, keywords }) => ({ system, keywords: keywords.map((keyword) => names.get(folded(keyword))!) })
}
