import type { FolderId, Uid } from '../../../core/ids.ts'
import { contents } from '../contents.ts'
import type { MailboxContext } from '../mailbox-context.ts'
import { metadata } from '../metadata/metadata.ts'
import { whileAllowed } from '../revoked.ts'
import type { SearchKey } from '../types.ts'
import { runSearch } from './run-search.ts'

export async function search(
  box: MailboxContext,
  folder: FolderId,
  query: SearchKey,
  signal?: AbortSignal,
): Promise<readonly Uid[]> {
  const opened = await box.indexes.open(box.id, folder)
  try {
    return await runSearch(opened.index, query, {
      metadata: (uids, parts) => metadata(box, folder, uids, parts),
      content: (blob) => box.engine.blobs.read(blob),
      contents: (pieces) => contents(box, pieces),
      texts: box.texts.of(folder),
      signal: whileAllowed(box, signal),
    })
  } finally {
    opened.close()
  }
}
