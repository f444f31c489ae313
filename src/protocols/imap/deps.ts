import type { SettingsOf } from '../../core/settings.ts'
import type { UploadPool } from '../../core/uploads/upload-pool.ts'
import type { LineDeps } from '../line/session.ts'
import type { imapSettings } from './settings.ts'

export type ImapSettings = SettingsOf<typeof imapSettings>

export interface ImapDeps extends LineDeps<ImapSettings> {
  /** Which of Exchange Online's two greetings and capability lists is spoken. */
  readonly frontEnd: 'classic' | '2026'
  /** What messages on their way in share with those of other protocols. */
  readonly uploads: UploadPool
  /** Every name and address of this server that a URL may give as its host (RFC 5092 §5); only {@link hostname} if absent. */
  readonly hostnames?: readonly string[]
}
