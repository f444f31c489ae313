import type { ClientDialect, SelectedFolder } from '../conversation/session-contracts.ts'
import type { ImapDialect } from '../dialect.ts'
import type { Completion } from '../reply/reply.ts'
import type { FolderView } from './folder-view.ts'

/** RFC 7162 §3.1: a command with mod-sequences enables CONDSTORE. */
export function* enablingCondstore(session: ClientDialect & SelectedFolder): Generator<string> {
  if (session.dialect.condstore) return
  session.enable({ condstore: true })
  const { selected } = session
  if (selected) yield highestModSeq(selected.view.reportedUpTo)
}

/** RFC 7162 §3.1.2.1. */
export const highestModSeq = (modSeq: number): string => `* OK [HIGHESTMODSEQ ${modSeq}] Highest\r\n`

/**
 * RFC 7162 §3.2.7: the response code of a command that expunges: the mod-sequence up to which the client knows every
 * change.
 */
export const highestModSeqCode = ({ qresync }: ImapDialect, view: FolderView): Completion =>
  qresync ? { code: () => `HIGHESTMODSEQ ${view.reportedUpTo}` } : {}
