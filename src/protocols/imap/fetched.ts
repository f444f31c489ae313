import type { FetchItem, PlainItem } from '../../codecs/imap/fetch-items.ts'
import type { FolderId, Uid } from '../../core/ids.ts'
import type { Mailbox, MetadataChunk, MetadataPart, Message } from '../../domain/mail/types.ts'

/** What does not change about a message, as far as it was asked for. */
export interface Fetched {
  readonly uid: Uid
  readonly octets: number
  readonly blob: Message['blob']
  readonly emailId: string
  /** Offsets of every part. */
  readonly structure: string
  /** The others as they are sent, without the item's name. */
  readonly internalDate: Uint8Array
  readonly envelope: Uint8Array
  readonly body: Uint8Array
  readonly bodyStructure: Uint8Array
  readonly threadId: Uint8Array
  /** RFC 8514, in milliseconds since the epoch. */
  readonly savedAt: number | undefined
}

/** What an item is made of; nothing for what the index knows, or comes along anyway. */
const partOf: Readonly<Record<PlainItem, MetadataPart | undefined>> = {
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
}

/** In UID order, some at a time; those that are gone are left out. */
export async function* fetched(
  mailbox: Mailbox,
  folder: FolderId,
  uids: readonly Uid[],
  items: readonly FetchItem[],
): AsyncGenerator<readonly Fetched[], void, undefined> {
  for await (const chunk of mailbox.metadata(folder, uids, partsOf(items))) {
    yield chunk.uids.map((uid) => new InChunk(chunk, uid))
  }
}

function partsOf(items: readonly FetchItem[]): readonly MetadataPart[] {
  const parts = new Set<MetadataPart>()
  for (const item of items) {
    const part = item.item === 'content' ? 'blob' : partOf[item.item]
    if (part) parts.add(part)
    if (item.item === 'content' && (item.preview || item.section.of !== 'everything' || item.section.part.length > 0)) {
      parts.add('structure')
    }
  }
  return [...parts]
}

/** Looks where the chunk has it, and copies nothing. */
class InChunk implements Fetched {
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

  get emailId(): string {
    return this.#chunk.text('emailId', this.uid)
  }

  get structure(): string {
    return this.#chunk.text('structure', this.uid)
  }

  get internalDate(): Uint8Array {
    return this.#slice('internalDate')
  }

  get envelope(): Uint8Array {
    return this.#slice('envelope')
  }

  get body(): Uint8Array {
    return this.#slice('body')
  }

  get bodyStructure(): Uint8Array {
    return this.#slice('bodyStructure')
  }

  get threadId(): Uint8Array {
    return this.#slice('threadId')
  }

  get savedAt(): number | undefined {
    return this.#chunk.savedAt(this.uid)
  }

  #slice(part: MetadataPart): Uint8Array {
    const slices = this.#chunk.slices(part)
    return slices.bytes.subarray(slices.start(this.uid), slices.end(this.uid))
  }
}
