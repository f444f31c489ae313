import type { FetchItem, PlainItem } from '../../../codecs/imap/fetch-items.ts'
import type { Uid } from '../../../core/ids.ts'
import type { Message, MetadataChunk, MetadataPart } from '../../../domain/mail/types.ts'

/** The metadata that an item is copied from; undefined if the index has it, or if every chunk has it. */
export const partOf: Readonly<Record<PlainItem, MetadataPart | undefined>> = {
  UID: undefined,
  FLAGS: undefined,
  MODSEQ: undefined,
  'RFC822.SIZE': undefined,
  INTERNALDATE: 'internalDate',
  ENVELOPE: 'envelope',
  BODY: 'body',
  BODYSTRUCTURE: 'bodyStructure',
  EMAILID: 'emailId',
  THREADID: 'threadId',
  SAVEDATE: undefined,
  PREVIEW: 'preview',
}

/** The metadata that these items require. */
export function partsOf(items: readonly FetchItem[]): readonly MetadataPart[] {
  const parts = new Set<MetadataPart>()
  for (const item of items) {
    const part = item.item === 'content' ? 'blob' : partOf[item.item]
    if (part) parts.add(part)
    if (item.item === 'content' && (item.section.of !== 'everything' || item.section.part.length > 0)) {
      parts.add('structure')
    }
  }
  return [...parts]
}

/** A message whose content is requested. It reads from its metadata chunk without a copy. */
export class FetchedMessage {
  readonly uid: Uid
  readonly #chunk: MetadataChunk

  constructor(chunk: MetadataChunk, uid: Uid) {
    this.uid = uid
    this.#chunk = chunk
  }

  get octets(): number {
    return this.#chunk.octets(this.uid)
  }

  get blob(): Message['blob'] {
    return this.#chunk.text('blob', this.uid) as Message['blob']
  }

  /** Offsets of every part. */
  get structure(): string {
    return this.#chunk.text('structure', this.uid)
  }
}
