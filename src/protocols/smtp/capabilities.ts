import { announcedIn } from './mechanisms.ts'
import type { Session } from './session.ts'

/** RFC 5321 §4.1.1.1: what this connection can do now, in the order in which Exchange Online says it. */
export function capabilities({ deps, mayStartTls, mayAuthenticate }: Session): readonly string[] {
  const { settings } = deps
  return [
    `SIZE ${settings.message_octets}`,
    'PIPELINING',
    'DSN',
    'ENHANCEDSTATUSCODES',
    ...(mayStartTls ? ['STARTTLS'] : []),
    ...(mayAuthenticate ? [`AUTH ${announcedIn(deps).join(' ')}`] : []),
    '8BITMIME',
    'BINARYMIME',
    'CHUNKING',
    'SMTPUTF8',
  ]
}
