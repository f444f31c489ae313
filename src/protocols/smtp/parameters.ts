import { type SmtpArguments, decodeXtext, type SmtpParameters, type Path } from '../../codecs/smtp/command-line.ts'
import { Refusal, refuse } from '../../core/refusal.ts'
import { decline } from './refusals.ts'

interface MailParameters {
  /** RFC 1870: the size that the client announces; 0 if it announces none. */
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

/** RFC 3461 §4: xtext that encodes printable ASCII. */
const isPrintable: Check = (value) => /^[\x20-\x7e]+$/.test(decodeXtext(value))

/** The parameters of MAIL. */
const ofMail: Readonly<Record<string, Check>> = {
  SIZE: (value) => /^\d{1,20}$/.test(value),
  BODY: (value) => bodies.includes(value.toUpperCase()),
  // RFC 6531 §3.4: it has no value.
  SMTPUTF8: (value) => value === '',
  // RFC 4954 §5: Postern checks the value and ignores it.
  AUTH: (value) => value === '<>' || isPrintable(value),
  // RFC 3461 §4.3: a report always returns only the header.
  RET: (value) => /^(?:FULL|HDRS)$/i.test(value),
  ENVID: (value) => value.length <= 100 && isPrintable(value),
}

/** RFC 3461 §4: the parameters of RCPT. */
const ofRecipient: Readonly<Record<string, Check>> = {
  NOTIFY: (value) => /^(?:NEVER|(?:SUCCESS|FAILURE|DELAY)(?:,(?:SUCCESS|FAILURE|DELAY))*)$/i.test(value),
  ORCPT: (value) => value.length <= 500 && /^[\w-]+;./.test(value) && isPrintable(value),
}

export function mailParameters(parameters: SmtpParameters): MailParameters {
  check(parameters, ofMail)
  return {
    size: Number(parameters.get('SIZE') ?? 0),
    binary: parameters.get('BODY')?.toUpperCase() === 'BINARYMIME',
    utf8: parameters.has('SMTPUTF8'),
    envelopeId: decoded(parameters.get('ENVID')),
  }
}

export function recipientParameters(parameters: SmtpParameters): RecipientParameters {
  check(parameters, ofRecipient)
  // RFC 3461 §4.1: without NOTIFY the sender gets reports of failures.
  const notify = parameters.get('NOTIFY') ?? 'FAILURE'
  return {
    reported: /SUCCESS/i.test(notify),
    told: /FAILURE/i.test(notify),
    original: decoded(parameters.get('ORCPT')),
  }
}

const decoded = (value: string | undefined): string | undefined =>
  value === undefined ? undefined : decodeXtext(value)

/** Refuses unknown parameters and invalid values. */
function check(parameters: SmtpParameters, known: Readonly<Record<string, Check>>): void {
  for (const [name, value = ''] of parameters) {
    if (!Object.hasOwn(known, name)) decline('parameter')
    if (!known[name]!(value)) refuse('bad-syntax', `The value of ${name} is not understood`)
  }
}

/** Reads a path. An invalid one is refused as that of the sender or of a recipient. */
export function pathOf(args: SmtpArguments, keyword: 'FROM' | 'TO'): Path {
  try {
    return args.path(keyword)
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown
    return decline(keyword === 'FROM' ? 'sender-address' : 'recipient-address')
  }
}
