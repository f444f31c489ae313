import type { Profile } from '../../../core/profile.ts'

/** Sentences in which the two profiles differ. */
export interface Texts {
  readonly goodbye: string
  /** The connection ends although the client did not ask for it. */
  readonly ended: string
  readonly silent: string
  readonly idling: string
}

export const texts: Readonly<Record<Profile, Texts>> = {
  standards: {
    goodbye: 'Until next time',
    ended: 'The connection is closed',
    silent: 'Too long without a command',
    idling: 'idling',
  },
  'exchange-online': {
    goodbye: 'Microsoft Exchange Server IMAP4 server signing off.',
    ended: 'Connection closed. 14',
    silent: 'Connection is closed. 13',
    idling: 'IDLE accepted, awaiting DONE command.',
  },
}
