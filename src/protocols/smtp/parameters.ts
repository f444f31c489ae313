import { decodeXtext, type Parameters } from '../../codecs/smtp/parameters.ts'
import type { Profile } from '../../core/profile.ts'
import { refuse } from '../../core/refusal.ts'
import { decline } from './answers.ts'

interface MailParameters {
  /** RFC 1870: what the client expects the message to have; 0 when it does not say. */
  readonly size: number
  /** RFC 3030 §3 */
  readonly binary: boolean
  /** RFC 6531 §3.4 */
  readonly utf8: boolean
}

type Check = (value: string | undefined) => boolean

const bodies = ['7BIT', '8BITMIME', 'BINARYMIME']
const isXtext: Check = (value) => value !== undefined && decodeXtext(value) !== ''

/** What may stand behind MAIL. */
const ofMail: Readonly<Record<string, Check>> = {
  SIZE: (value) => /^\d{1,20}$/.test(value ?? ''),
  BODY: (value) => bodies.includes(value?.toUpperCase() ?? ''),
  SMTPUTF8: (value) => value === undefined,
  // RFC 4954 §5: whoever else signed in somewhere else, it is not believed.
  AUTH: (value) => value === '<>' || isXtext(value),
}

/** RFC 3461 §4 */
const ofMailDsn: Readonly<Record<string, Check>> = {
  RET: (value) => /^(FULL|HDRS)$/i.test(value ?? ''),
  ENVID: isXtext,
}

const ofRecipientDsn: Readonly<Record<string, Check>> = {
  NOTIFY: (value) => /^(NEVER|(SUCCESS|FAILURE|DELAY)(,(SUCCESS|FAILURE|DELAY))*)$/i.test(value ?? ''),
  ORCPT: (value) => /^[\w-]+;./.test(value ?? '') && isXtext(value?.slice(value.indexOf(';') + 1)),
}

export function mailParameters(given: Parameters, profile: Profile): MailParameters {
  judge(given, profile === 'exchange-online' ? { ...ofMail, ...ofMailDsn } : ofMail)
  return {
    size: Number(given.get('SIZE') ?? 0),
    binary: given.get('BODY')?.toUpperCase() === 'BINARYMIME',
    utf8: given.has('SMTPUTF8'),
  }
}

export function recipientParameters(given: Parameters, profile: Profile): void {
  judge(given, profile === 'exchange-online' ? ofRecipientDsn : {})
}

function judge(given: Parameters, known: Readonly<Record<string, Check>>): void {
  for (const [name, value] of given) {
    if (!Object.hasOwn(known, name)) decline('parameter')
    if (!known[name]!(value)) refuse('bad-syntax', `The value of ${name} is not understood`)
  }
}
