import { type SmtpArguments, decodeXtext, type SmtpParameters, type Path } from '../../codecs/smtp/command-line.ts'
import { Refusal, refuse } from '../../core/refusal.ts'
import { decline } from './refusals.ts'

interface MailParameters {
  /** RFC 1870: what the client expects the message to have; 0 when it does not say. */
  readonly size: number
  /** RFC 3030 §3 */
  readonly binary: boolean
  /** RFC 6531 §3.4 */
  readonly utf8: boolean
  readonly envelopeId: string | undefined
}

interface RecipientParameters {
  readonly reported: boolean
  readonly told: boolean
  readonly original: string | undefined
}

type Check = (value: string) => boolean

const bodies = ['7BIT', '8BITMIME', 'BINARYMIME']

/** Xtext that stands for printable ASCII: RFC 3461 §4. */
const isPrintable: Check = (value) => /^[\x20-\x7e]+$/.test(decodeXtext(value))

/** What may stand behind MAIL. */
const ofMail: Readonly<Record<string, Check>> = {
  SIZE: (value) => /^\d{1,20}$/.test(value),
  BODY: (value) => bodies.includes(value.toUpperCase()),
  // RFC 6531 §3.4: it has no value.
  SMTPUTF8: (value) => value === '',
  // RFC 4954 §5: whoever signed in somewhere else is not believed.
  AUTH: (value) => value === '<>' || isPrintable(value),
  // RFC 3461 §4.3: a report gives back the header alone.
  RET: (value) => /^(?:FULL|HDRS)$/i.test(value),
  ENVID: (value) => value.length <= 100 && isPrintable(value),
}

/** What may stand behind RCPT: RFC 3461 §4. */
const ofRecipient: Readonly<Record<string, Check>> = {
  NOTIFY: (value) => /^(?:NEVER|(?:SUCCESS|FAILURE|DELAY)(?:,(?:SUCCESS|FAILURE|DELAY))*)$/i.test(value),
  ORCPT: (value) => value.length <= 500 && /^[\w-]+;./.test(value) && isPrintable(value),
}

export function mailParameters(given: SmtpParameters): MailParameters {
  judge(given, ofMail)
  return {
    size: Number(given.get('SIZE') ?? 0),
    binary: given.get('BODY')?.toUpperCase() === 'BINARYMIME',
    utf8: given.has('SMTPUTF8'),
    envelopeId: decoded(given.get('ENVID')),
  }
}

export function recipientParameters(given: SmtpParameters): RecipientParameters {
  judge(given, ofRecipient)
  // RFC 3461 §4.1: who does not say is told of failures.
  const notify = given.get('NOTIFY') ?? 'FAILURE'
  return {
    reported: /SUCCESS/i.test(notify),
    told: /FAILURE/i.test(notify),
    original: decoded(given.get('ORCPT')),
  }
}

const decoded = (value: string | undefined): string | undefined =>
  value === undefined ? undefined : decodeXtext(value)

/** Refuses what nobody has announced, and values that are none. */
function judge(given: SmtpParameters, known: Readonly<Record<string, Check>>): void {
  for (const [name, value = ''] of given) {
    if (!Object.hasOwn(known, name)) decline('parameter')
    if (!known[name]!(value)) refuse('bad-syntax', `The value of ${name} is not understood`)
  }
}

/** Reads a path, and says whose it was when it is none. */
export function pathOf(args: SmtpArguments, keyword: 'FROM' | 'TO'): Path {
  try {
    return args.path(keyword)
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown
    return decline(keyword === 'FROM' ? 'sender-address' : 'recipient-address')
  }
}
