import { parseMessage } from '../../src/codecs/mime/parse.ts'
import { encodeStructure } from '../../src/codecs/mime/structure.ts'
import type { FolderId, MailboxId, ModSeq, Uid } from '../../src/core/ids.ts'
import { runSearch, type SearchSources } from '../../src/domain/mail/search/run-search.ts'
import {
  type ContentPiece,
  type Flags,
  type FolderIndex,
  type InternalDate,
  type MetadataChunk,
  type MetadataPart,
  SEEN,
  type SearchKey,
} from '../../src/domain/mail/types.ts'
import type { BlobRef } from '../../src/storage/engine.ts'

export interface ArrayMessage {
  readonly bytes: Uint8Array
  readonly flags?: Flags
  readonly received?: { readonly at: number; readonly zone: number }
  readonly savedAt?: number
}

/** Messages told at a time. */
const CHUNK = 3
const noFlags: Flags = { system: 0, keywords: [] }

/** A folder that lives in an array: UIDs are 10, 20, 30 and so on. */
export class ArrayFolder implements SearchSources {
  readonly #mails = new Map<Uid, ArrayMessage>()
  readonly #blobs: readonly ArrayMessage[]
  /** The reads of each blob. */
  readonly reads: { readonly blob: string; readonly whole: boolean }[] = []
  afterRead: (uid: Uid) => void = () => {}
  signal?: AbortSignal

  constructor(mails: readonly ArrayMessage[]) {
    this.#blobs = mails
    for (const [place, mail] of mails.entries()) this.#mails.set(((place + 1) * 10) as Uid, mail)
  }

  get index(): FolderIndex {
    const uids = () => [...this.#mails.keys()]
    const mails = () => [...this.#mails.values()]
    return {
      mailbox: 1 as MailboxId,
      folder: 1 as FolderId,
      uidValidity: 1,
      uidNext: 1_000_000 as Uid,
      highestModSeq: 1_000_000 as ModSeq,
      keywords: [],
      removals: 0,
      get count() {
        return uids().length
      },
      uidAt: (position) => uids()[position]!,
      uidsBetween: (start, end) => uids().slice(start, end),
      rank: (uid) => uids().filter((other) => other < uid).length,
      positionOf: (uid) => uids().indexOf(uid),
      flagsAt: (position) => mails()[position]!.flags ?? noFlags,
      modSeqAt: (position) => (uids()[position]! / 10) as ModSeq,
      changedSince: (modSeq) => uids().filter((uid) => uid / 10 > modSeq),
      firstUnseen: () => mails().findIndex(({ flags }) => !((flags ?? noFlags).system & SEEN)),
      firstRecent: () => 1 as Uid,
      watch: () => () => {},
    }
  }

  remove(uid: Uid): void {
    this.#mails.delete(uid)
  }

  async *metadata(uids: readonly Uid[]): AsyncGenerator<MetadataChunk, void, undefined> {
    for (let start = 0; start < uids.length; start += CHUNK) {
      const there = uids.slice(start, start + CHUNK).filter((uid) => this.#mails.has(uid))
      yield new ArrayChunk(new Map(there.map((uid) => [uid, this.#mails.get(uid)!])))
    }
  }

  async content(blob: BlobRef, start?: number, end?: number): Promise<Buffer> {
    const uid = Number(blob) as Uid
    const { bytes } = this.#blobs[uid / 10 - 1]!
    this.reads.push({ blob, whole: end === undefined })
    this.afterRead(uid)
    return Buffer.from(bytes.subarray(start, end))
  }

  async *contents(pieces: readonly ContentPiece[]): AsyncGenerator<readonly Buffer[], void, undefined> {
    for (const { blob, start, end } of pieces) yield [await this.content(blob, start, end)]
  }

  search(query: SearchKey): Promise<readonly number[]> {
    return runSearch(this.index, query, this)
  }
}

class ArrayChunk implements MetadataChunk {
  readonly #mails: ReadonlyMap<Uid, ArrayMessage>

  constructor(mails: ReadonlyMap<Uid, ArrayMessage>) {
    this.#mails = mails
  }

  get uids(): readonly Uid[] {
    return [...this.#mails.keys()]
  }

  octets(uid: Uid): number {
    return this.#bytes(uid).length
  }

  lineOctets(uid: Uid): number {
    return parseMessage(this.#bytes(uid)).lineOctets
  }

  headerOctets(uid: Uid): number {
    return parseMessage(this.#bytes(uid)).part.bodyStart
  }

  received(uid: Uid): InternalDate {
    return this.#mails.get(uid)!.received ?? { at: 0, zone: 0 }
  }

  savedAt(uid: Uid): number | undefined {
    return this.#mails.get(uid)!.savedAt
  }

  slices(): never {
    throw new Error('A search reads texts')
  }

  text(part: MetadataPart, uid: Uid): string {
    return part === 'structure' ? encodeStructure(parseMessage(this.#bytes(uid)).part) : String(uid)
  }

  #bytes(uid: Uid): Uint8Array {
    return this.#mails.get(uid)!.bytes
  }
}
