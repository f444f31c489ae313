import { compactSet } from '../../../codecs/imap/sequence-set.ts'
import type { Copied } from '../../../domain/mail/types.ts'

/** RFC 4315 §3: the response code; undefined when nothing was copied. */
export const copyUid = ({ uidValidity, from, to }: Copied): string | undefined =>
  from.length === 0 ? undefined : `COPYUID ${uidValidity} ${compactSet(from)} ${compactSet(to)}`
