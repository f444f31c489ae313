import { err, type ResponseCode } from '../../codecs/pop3/reply.ts'
import type { Profile } from '../../core/profile.ts'

/** The sentences in which the profiles differ; without `+OK`, where they follow one. */
export interface Wording {
  greeting(hostname: string): string
  /** A remark that no client reads; Exchange Online makes none. */
  remark(text: string): string
  /** Behind LIST's `+OK`. */
  scan(count: number, octets: number): string
  readonly wrongState: string | undefined
  readonly goodbye: string
  /** A whole refusal. Exchange Online knows no response codes but the one that RFC 1939's lock is told by. */
  refusal(text: string, code?: ResponseCode): string
}

export const wordings: Readonly<Record<Profile, Wording>> = {
  'exchange-online': {
    // The front end's name in UTF-16LE, as the real one gives it.
    greeting: (hostname) =>
      `The Microsoft Exchange POP3 service is ready. [${Buffer.from(hostname, 'utf16le').toString('base64')}]`,
    remark: () => '',
    scan: (count, octets) => `${count} ${octets}`,
    wrongState: 'Command is not valid in this state.',
    goodbye: 'Microsoft Exchange Server POP3 server signing off.',
    refusal: (text, code) => err(text, code === 'IN-USE' ? code : undefined),
  },
  standards: {
    greeting: (hostname) => `${hostname} POP3 server ready`,
    remark: (text) => text,
    scan: (count, octets) => `${count} messages (${octets} octets)`,
    wrongState: undefined,
    goodbye: 'Goodbye',
    refusal: err,
  },
}
