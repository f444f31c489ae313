import type { Profile } from '../../core/profile.ts'

/** The sentences of what goes well, and of farewells, in which the profiles differ. */
export interface Wording {
  greeting(hostname: string, at: number, session: string): string
  hello(hostname: string, peer: string): string
  readonly tls: string
  readonly reset: string
  readonly noop: string
  readonly verify: string
  readonly goodbye: string
  readonly silent: readonly [status: string, text: string]
  accepted(messageId: string, hostname: string): string
}

export const wordings: Readonly<Record<Profile, Wording>> = {
  'exchange-online': {
    greeting: (hostname, at, session) =>
      `${hostname} Microsoft ESMTP MAIL Service ready at ${dateOf(at)} [${session.replaceAll('-', '').slice(0, 16).toUpperCase()}]`,
    hello: (hostname, peer) => `${hostname} Hello [${peer}]`,
    tls: 'SMTP server ready',
    reset: 'Resetting',
    noop: 'OK',
    verify: 'Cannot VRFY user',
    goodbye: 'Service closing transmission channel',
    silent: ['4.4.1', 'Connection timed out'],
    accepted: (messageId, hostname) => `OK ${messageId} [Hostname=${hostname}]`,
  },
  standards: {
    greeting: (hostname) => `${hostname} ESMTP Postern`,
    hello: (hostname, peer) => `${hostname} greets [${peer}]`,
    tls: 'Begin TLS negotiation',
    reset: 'Forgotten',
    noop: 'OK',
    verify: 'Send some mail, and it will be tried',
    goodbye: 'Goodbye',
    silent: ['4.4.2', 'Too long without a command'],
    accepted: (messageId) => `Delivered ${messageId}`,
  },
}

const dateOf = (at: number): string => new Date(at).toUTCString().replace('GMT', '+0000')
