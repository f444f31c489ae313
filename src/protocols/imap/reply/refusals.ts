import type { Profile } from '../../../core/profile.ts'
import type { Reason, Refusal } from '../../../core/refusal.ts'

type Line = readonly [status: 'NO' | 'BAD', code: string]

/** RFC 5530 §3. */
const say = {
  'bad-syntax': ['BAD', 'CLIENTBUG'],
  'wrong-state': ['BAD', 'CLIENTBUG'],
  'not-signed-in': ['NO', 'AUTHENTICATIONFAILED'],
  'not-allowed': ['NO', 'NOPERM'],
  'no-such-thing': ['NO', 'NONEXISTENT'],
  'already-exists': ['NO', 'ALREADYEXISTS'],
  'over-quota': ['NO', 'OVERQUOTA'],
  // Nobody's quota: the client can but try again.
  'no-room': ['NO', 'UNAVAILABLE'],
  'too-big': ['NO', 'TOOBIG'],
  busy: ['NO', 'INUSE'],
  gone: ['NO', 'UNAVAILABLE'],
  damaged: ['NO', 'CORRUPTION'],
  unsupported: ['NO', 'CANNOT'],
} satisfies Record<Reason, Line>

/** What Exchange Online says where it says BAD, and for a charset. */
const observed: Partial<Record<Reason, string>> = {
  'bad-syntax': 'Command Argument Error. 11',
  'wrong-state': 'Command received in Invalid state.',
}

/** The text after the tag for a command that was refused. `detail.code` names a response code of its own, `detail.observed` Exchange's text. */
export function refusalText(refusal: Refusal, profile: Profile): string {
  const [status, code] = say[refusal.reason]
  const own = refusal.detail.code
  if (profile === 'exchange-online') {
    if (own === 'BADCHARSET') return 'NO [BADCHARSET (US-ASCII)] The specified charset is not supported.'
    const text = refusal.detail.observed ?? observed[refusal.reason]
    if (status === 'BAD' && text) return `BAD ${text}`
  }
  const named = own === 'BADCHARSET' ? 'BADCHARSET (US-ASCII UTF-8)' : (own ?? code)
  return `${status} [${named}] ${refusal.message}`
}
