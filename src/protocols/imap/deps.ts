import type { SettingsOf } from '../../core/settings.ts'
import type { UploadPool } from '../../core/uploads/upload-pool.ts'
import type { LineDeps } from '../line/session.ts'
import type { imapSettings } from './settings.ts'

export type ImapSettings = SettingsOf<typeof imapSettings>

export interface ImapDeps extends LineDeps<ImapSettings> {
  /** Selects one of Exchange Online's two greetings and capability lists. */
  readonly frontEnd: 'classic' | '2026'
  /** The limits on uploads that all protocols share. */
  readonly uploads: UploadPool
  /**
   * Names and addresses of this server that a URL may have as its host (RFC 5092 §5); only {@link hostname} if absent.
   */
  readonly hostnames?: readonly string[]
}
