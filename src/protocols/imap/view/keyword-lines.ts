import { writeFlagList } from '../../../codecs/imap/flags.ts'
import type { Flags } from '../../../domain/mail/types.ts'
import { knownFlags, permanentFlags } from '../reply/flag-text.ts'
import type { Selected } from '../state.ts'

/** The part of a selected folder that its replies are made from. */
export type Told = Pick<Selected, 'view' | 'readOnly' | 'flagsTold'>

/** A session remembers at most so many keywords that no message of the folder has any more. */
const MOST_UNUSED = 1000

/** Lists the folder's keywords if the client does not know all of them (RFC 3501 §7.2.6). */
export function tellKeywords(selected: Told, exchange: boolean): string {
  return knowsAll(selected, selected.view.index.keywords) ? '' : keywordLines(selected, exchange)
}

/**
 * What has to be said before a FETCH reply with these flags: FLAGS and PERMANENTFLAGS if they have a keyword that the client
 * has not been told of. Another session can set one at any time.
 */
export function tellKeywordsOf(selected: Told, { keywords }: Flags, exchange: boolean): string {
  return knowsAll(selected, keywords) ? '' : keywordLines(selected, exchange)
}

const knowsAll = ({ flagsTold }: Told, keywords: readonly string[]): boolean =>
  keywords.every((keyword) => flagsTold.has(keyword))

/**
 * FLAGS and PERMANENTFLAGS. A keyword that was listed once is listed again: for this client a message may still have it,
 * because the change that took it away has not been told.
 */
export function keywordLines({ view, readOnly, flagsTold }: Told, exchange: boolean): string {
  const current = view.index.keywords
  const unused = [...flagsTold].filter((flag) => !flag.startsWith('\\') && !current.includes(flag))
  if (unused.length > MOST_UNUSED) for (const flag of unused.splice(0)) flagsTold.delete(flag)
  const keywords = [...current, ...unused]
  const known = knownFlags(keywords, exchange)
  for (const flag of known) flagsTold.add(flag)
  const permanent = readOnly ? [] : permanentFlags(keywords, exchange)
  const permanentText = `[PERMANENTFLAGS ${writeFlagList(permanent)}] Permanent flags`
  return `* FLAGS ${writeFlagList(known)}\r\n* OK ${permanentText}\r\n`
}
