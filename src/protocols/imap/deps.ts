import type { SecureContext } from 'node:tls'
import type { Access } from '../../access/types.ts'
import type { Log } from '../../core/log.ts'
import type { Profile } from '../../core/line-protocol.ts'
import type { SettingsOf } from '../../core/settings.ts'
import type { UploadPool } from '../../core/uploads/upload-pool.ts'
import type { World } from '../../core/world.ts'
import type { imapSettings } from './settings.ts'

export type ImapSettings = SettingsOf<typeof imapSettings>

/** What IMAP4 is built from. */
export interface ImapDeps {
  readonly access: Access
  readonly world: World
  readonly log: Log
  readonly profile: Profile
  readonly settings: ImapSettings
  /** Which of Exchange Online's two greetings and capability lists is spoken. */
  readonly frontEnd: 'classic' | '2026'
  readonly auth: {
    readonly plaintextOnLoopback: boolean
    /** Whether passwords may open mailboxes, so that it is told that they are taken. */
    readonly basic?: boolean
  }
  /** What messages on their way in share with those of other protocols. */
  readonly uploads: UploadPool
  /** What STARTTLS turns to; it is not offered when absent. */
  readonly tls?: () => SecureContext
  /** The name that the greeting gives. */
  readonly hostname: string
  /** Every name and address of this server that a URL may give as its host (RFC 5092 §5); only {@link hostname} if absent. */
  readonly hostnames?: readonly string[]
}
