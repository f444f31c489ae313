import type { ImapReader } from '../../../codecs/imap/reader.ts'
import { readSearch, type SearchLimits, type SearchTerm } from '../../../codecs/imap/search-keys.ts'
import { readCharsetAndSearch } from '../../../codecs/imap/sort-and-thread.ts'
import { Refusal, refuse } from '../../../core/refusal.ts'
import type { ParseContext } from '../command.ts'
import { refuseNumbers, refuseUnobserved } from './search-terms.ts'

/**
 * Reads the search keys. For an unsupported charset it returns the refusal instead of throwing: the failure also clears
 * `$` when the command runs (RFC 5182 §2.1).
 */
export const readTerm = (reader: ImapReader, context: ParseContext): SearchTerm | Refusal =>
  unlessCharset(reader, context, () => {
    const { charset, term } = readSearch(reader, limitsOf(context))
    // RFC 6855 §3: CHARSET is forbidden with UTF8=ACCEPT; RFC 9051 §6.4.4 allows it.
    if (charset !== undefined && context.utf8 && !context.rev2)
      refuse('bad-syntax', 'CHARSET is not allowed with UTF8=ACCEPT enabled')
    refuseUnobserved(term, context)
    return judged(term, context)
  })

/** The same for SORT and THREAD, where the charset is required (RFC 5256 §3). */
export const readTermWithCharset = (reader: ImapReader, context: ParseContext): SearchTerm | Refusal =>
  unlessCharset(reader, context, () => judged(readCharsetAndSearch(reader, limitsOf(context)), context))

const limitsOf = ({ exchange, settings }: ParseContext): SearchLimits => ({
  charsets: exchange ? ['US-ASCII'] : ['US-ASCII', 'UTF-8'],
  depth: settings.nesting,
})

function judged(term: SearchTerm, { uidOnly }: ParseContext): SearchTerm {
  if (uidOnly) refuseNumbers(term)
  return term
}

function unlessCharset(reader: ImapReader, { exchange }: ParseContext, read: () => SearchTerm): SearchTerm | Refusal {
  try {
    return read()
  } catch (thrown) {
    if (!(thrown instanceof Refusal) || exchange || thrown.detail['code'] !== 'BADCHARSET') throw thrown
    reader.drop()
    return thrown
  }
}
