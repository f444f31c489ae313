import { parseMessage } from '../../src/codecs/mime/parse.ts'
import { encodeStructure } from '../../src/codecs/mime/structure.ts'
import type { FolderId, ModSeq, Uid } from '../../src/core/ids.ts'
import { type Reading, runSearch } from '../../src/domain/mail/search/search.ts'
import { type Flags, type FolderIndex, type Message, SEEN, type SearchKey } from '../../src/domain/mail/types.ts'
import type { BlobRef } from '../../src/storage/engine.ts'

export interface ShelfMail {
  readonly bytes: Uint8Array
  readonly flags?: Flags
  readonly received?: { readonly at: number; readonly zone: number }
}

const noFlags: Flags = { system: 0, keywords: [] }

/** A folder that lives in an array: UIDs are 10, 20, 30 and so on. */
export class Shelf implements Reading {
  readonly #mails = new Map<Uid, ShelfMail>()
  readonly #blobs: readonly ShelfMail[]
  /** What was read of each blob. */
  readonly reads: { readonly blob: string; readonly whole: boolean }[] = []
  afterRead: (uid: Uid) => void = () => {}
  signal?: AbortSignal

  constructor(mails: readonly ShelfMail[]) {
    this.#blobs = mails
    for (const [place, mail] of mails.entries()) this.#mails.set(((place + 1) * 10) as Uid, mail)
  }

  get index(): FolderIndex {
    const uids = () => [...this.#mails.keys()]
    const mails = () => [...this.#mails.values()]
    return {
      folder: 1 as FolderId,
      uidValidity: 1,
      uidNext: 1_000_000 as Uid,
      highestModSeq: 1_000_000 as ModSeq,
      keywords: [],
      get count() {
        return uids().length
      },
      uidAt: (position) => uids()[position]!,
      rank: (uid) => uids().filter((other) => other < uid).length,
      positionOf: (uid) => uids().indexOf(uid),
      flagsAt: (position) => mails()[position]!.flags ?? noFlags,
      modSeqAt: (position) => (uids()[position]! / 10) as ModSeq,
      firstUnseen: () => mails().findIndex(({ flags }) => !((flags ?? noFlags).system & SEEN)),
      firstRecent: () => 1 as Uid,
      watch: () => () => {},
    }
  }

  remove(uid: Uid): void {
    this.#mails.delete(uid)
  }

  async messages(uids: readonly Uid[]): Promise<Message[]> {
    return uids.filter((uid) => this.#mails.has(uid)).map((uid) => this.#row(uid))
  }

  async content(blob: BlobRef, start?: number, end?: number): Promise<Buffer> {
    const uid = Number(blob) as Uid
    const { bytes } = this.#blobs[uid / 10 - 1]!
    this.reads.push({ blob, whole: end === undefined })
    this.afterRead(uid)
    return Buffer.from(bytes.subarray(start, end))
  }

  search(query: SearchKey): Promise<number[]> {
    return runSearch(this.index, query, this)
  }

  #row(uid: Uid): Message {
    const { bytes, received } = this.#mails.get(uid)!
    const { part, lineOctets } = parseMessage(bytes)
    return {
      uid,
      blob: String(uid) as BlobRef,
      octets: bytes.length,
      lineOctets,
      received: received ?? { at: 0, zone: 0 },
      emailId: String(uid),
      envelope: Buffer.alloc(0),
      body: Buffer.alloc(0),
      bodyStructure: Buffer.alloc(0),
      structure: encodeStructure(part),
    }
  }
}
