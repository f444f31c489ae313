import type { FolderId, Uid } from '../../../core/ids.ts'
import { contents, type ContentsContext } from '../contents.ts'
import type { MailFeature } from '../hooks.ts'
import type { MailLimits } from '../limits.ts'
import { metadata, type MetadataContext } from '../metadata/metadata.ts'
import { whileAllowed } from '../revoked.ts'
import type { SearchKey } from '../types.ts'
import { runSearch } from './run-search.ts'
import { dropTexts } from './texts/text-rows.ts'
import { TextIndex, type TextParts } from './texts/texts.ts'

/** The parts of an open mailbox that a search needs. */
type SearchContext = ContentsContext & MetadataContext

/**
 * The search index of a mail store: the texts of messages, decoded once and kept on disk. It is the only module of this
 * folder that other modules import.
 */
export class SearchIndex {
  readonly #texts: TextIndex
  /** Texts go with the content of their messages, and are made some time after a write. */
  readonly feature: MailFeature = { contentDropped: dropTexts, committed: () => this.#texts.written() }

  constructor(parts: TextParts, limits: Pick<MailLimits, 'textOctets' | 'textMapOctets'>) {
    this.#texts = new TextIndex(parts, limits)
  }

  /** The UIDs of the messages that match, in ascending order. */
  async search(box: SearchContext, folder: FolderId, query: SearchKey, signal?: AbortSignal): Promise<readonly Uid[]> {
    const opened = await box.indexes.open(box.id, folder)
    try {
      return await runSearch(opened.index, query, {
        metadata: (uids, parts) => metadata(box, folder, uids, parts),
        content: (blob) => box.engine.blobs.read(blob),
        contents: (pieces) => contents(box, pieces),
        texts: this.#texts.of(box.id, folder),
        signal: whileAllowed(box, signal),
      })
    } finally {
      opened.close()
    }
  }

  /** Resolves when no texts are being written. What is still to be made waits for the next start. */
  settled(): Promise<void> {
    return this.#texts.settled()
  }
}
