import { hash } from 'node:crypto'
import type { FolderId, MailboxId, ModSeq, Uid } from '../../../core/ids.ts'
import { refuse } from '../../../core/refusal.ts'
import type { ItemIdKind, ItemKey } from '../item-types.ts'

/** The first octets of each kind of identifier: its text begins as such identifiers do in Exchange Online. */
const kinds = {
  default: Buffer.from([0x00, 0x03, 0x24, 0x01]),
  immutable: Buffer.from([0x00, 0x09, 0x00, 0x2c]),
  folder: Buffer.from([0x00, 0x03, 0x24, 0x02]),
  conversation: Buffer.from([0x00, 0x04, 0x24, 0x03]),
} as const

type IdKind = keyof typeof kinds

const HEAD = 4
const TAG = 16
const NUMBER = 6
const CHECK = 6
/** The shortest identifier has 64 characters. A length that is not divisible by 3 ends in padding. */
const SHORTEST = 49

const shape = /^[\w-]+={0,2}$/

/** Does not show the number of the mailbox. */
const tagOf = (mailbox: MailboxId): Buffer => hash('sha256', `mailbox ${mailbox}`, 'buffer').subarray(0, TAG)

const checkOf = (octets: Uint8Array): Buffer => hash('sha256', octets, 'buffer').subarray(0, CHECK)

/** Writes and reads the identifiers that Graph shows. All of one mailbox share a tag. */
export class ItemIds {
  readonly #tag: Buffer
  /** A list shows the same few folders again and again. */
  readonly #folders = new Map<FolderId, string>()

  constructor(mailbox: MailboxId) {
    this.#tag = tagOf(mailbox)
  }

  item({ originFolder, originUid }: ItemKey, folder: FolderId, kind: ItemIdKind): string {
    return this.#written(kind, numbers(kind === 'default' ? folder : 0, originFolder, originUid))
  }

  folder(folder: FolderId): string {
    const known = this.#folders.get(folder) ?? this.#written('folder', numbers(folder, 0, 0))
    this.#folders.set(folder, known)
    return known
  }

  conversation(threadId: string): string {
    return this.#written('conversation', Buffer.from(threadId, 'latin1'))
  }

  parseItem(id: string): { kind: ItemIdKind; key: ItemKey; folder: FolderId | undefined } {
    const { kind, content } = this.#read(id, ['default', 'immutable'])
    const [folder, originFolder, originUid] = numbersIn(content)
    return {
      kind: kind as ItemIdKind,
      key: { originFolder: originFolder as FolderId, originUid: originUid as Uid },
      folder: kind === 'default' ? (folder as FolderId) : undefined,
    }
  }

  /** 0 is the root. */
  parseFolder(id: string): FolderId {
    return numbersIn(this.#read(id, ['folder']).content)[0] as FolderId
  }

  parseConversation(id: string): string {
    return this.#read(id, ['conversation']).content.toString('latin1')
  }

  #written(kind: IdKind, content: Uint8Array): string {
    const length = Math.max(SHORTEST, HEAD + TAG + CHECK + 1 + content.length)
    const whole = Buffer.alloc(length % 3 === 0 ? length + 1 : length)
    kinds[kind].copy(whole)
    this.#tag.copy(whole, HEAD)
    whole[HEAD + TAG] = content.length
    whole.set(content, HEAD + TAG + 1)
    checkOf(whole.subarray(0, -CHECK)).copy(whole, whole.length - CHECK)
    return whole.toString('base64').replaceAll('+', '-').replaceAll('/', '_')
  }

  #read(id: string, allowed: readonly IdKind[]): { kind: IdKind; content: Buffer } {
    const octets = shape.test(id) && id.length % 4 === 0 ? Buffer.from(id, 'base64url') : Buffer.alloc(0)
    const kind = allowed.find((each) => kinds[each].equals(octets.subarray(0, HEAD)))
    const body = octets.subarray(0, -CHECK)
    const length = octets[HEAD + TAG] ?? 0
    if (!kind || octets.length < SHORTEST || !checkOf(body).equals(octets.subarray(-CHECK))) return malformed()
    if (HEAD + TAG + 1 + length > body.length) return malformed()
    if (!this.#tag.equals(octets.subarray(HEAD, HEAD + TAG))) {
      refuse('bad-syntax', "The item doesn't belong to the targeted mailbox", { code: 'ErrorInvalidMailboxItemId' })
    }
    return { kind, content: body.subarray(HEAD + TAG + 1, HEAD + TAG + 1 + length) }
  }
}

const malformed = (): never => refuse('bad-syntax', 'Id is malformed.', { code: 'ErrorInvalidIdMalformed' })

function numbers(...all: readonly number[]): Buffer {
  const octets = Buffer.alloc(all.length * NUMBER)
  for (const [nth, number] of all.entries()) octets.writeUIntBE(number, nth * NUMBER, NUMBER)
  return octets
}

const numbersIn = (octets: Buffer): readonly [number, number, number] =>
  octets.length === 3 * NUMBER
    ? [octets.readUIntBE(0, NUMBER), octets.readUIntBE(NUMBER, NUMBER), octets.readUIntBE(2 * NUMBER, NUMBER)]
    : malformed()

const CHANGE_KEY = 16

/** A change key: the mod-sequence, as long as a change key of Exchange Online. */
export function changeKeyOf(modSeq: ModSeq): string {
  const octets = Buffer.alloc(CHANGE_KEY)
  octets.writeUInt8(0x09, 0)
  octets.writeUIntBE(modSeq, CHANGE_KEY - NUMBER, NUMBER)
  return octets.toString('base64')
}

/** Undefined for anything that {@link changeKeyOf} did not write. */
export function modSeqIn(changeKey: string): ModSeq | undefined {
  const octets = Buffer.from(changeKey, 'base64')
  if (octets.length !== CHANGE_KEY) return undefined
  const modSeq = octets.readUIntBE(CHANGE_KEY - NUMBER, NUMBER) as ModSeq
  return changeKeyOf(modSeq) === changeKey ? modSeq : undefined
}
