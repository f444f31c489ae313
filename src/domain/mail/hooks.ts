import type { FolderId, MailboxId, ModSeq, Uid } from '../../core/ids.ts'
import type { BlobRef, Statements } from '../../storage/engine.ts'
import type { FolderEntry } from './folder-entries.ts'

/** The write to a mailbox that a hook runs in. */
export interface MailWrite {
  readonly mailbox: MailboxId
  readonly modSeq: ModSeq
  readonly at: number
}

/** How much a mailbox is to grow. */
export interface Growth {
  readonly octets: number
  readonly messages: number
}

/** The UIDs that a write took in a folder: from `first` up to but not including `next`. */
export interface TakenUids {
  readonly folder: FolderId
  readonly first: Uid
  readonly next: Uid
}

/** Messages that move: their entries in their folder, and the UIDs that they get in the other, in the same order. */
export interface MovedMessages {
  readonly folder: FolderId
  readonly entries: readonly FolderEntry[]
  readonly to: FolderId
  readonly uids: readonly Uid[]
}

/**
 * A feature of mailboxes that takes part in writes. The statements of its hooks run in the transaction of the write, so a
 * refusal undoes the whole write.
 */
export interface MailFeature {
  /** The mailbox is to grow. Refuses `over-quota`. */
  growing?(write: MailWrite, growth: Growth): Statements<void>
  /**
   * Messages, in ascending order of their UIDs, are about to be deleted from a folder. With `permanently`, only a hold
   * keeps them.
   */
  deleting?(write: MailWrite, folder: FolderId, entries: readonly FolderEntry[], permanently: boolean): Statements<void>
  /** Messages are in both folders, and about to be taken out of the first. */
  moving?(write: MailWrite, moved: MovedMessages): Statements<void>
  /** Messages with these ascending UIDs were deleted from a folder or moved out of it. */
  removed?(folder: FolderId, uids: readonly Uid[]): Statements<void>
  /** A folder is about to be deleted with all messages in it. */
  deletingFolder?(write: MailWrite, folder: FolderId): Statements<void>
  /** The contents of these messages may have been deleted. Returns the blobs that no row names any more. */
  contentDropped?(messages: readonly number[]): Statements<readonly BlobRef[]>
  /** A mailbox is about to be erased. */
  erasing?(mailbox: MailboxId): Statements<void>
  /** A write is durable. */
  committed?(mailbox: MailboxId, taken: readonly TakenUids[]): void
  /** The octets that the feature uses in a mailbox. */
  usedOctets?(mailbox: MailboxId): Statements<number>
  /** A table whose column `message` names messages to keep, even if no folder holds them. */
  readonly keptMessages?: string
}

/** The hooks of all features that a store has, called in the order in which the features are registered. */
export class MailHooks {
  readonly #features: readonly MailFeature[]
  /** The tables whose column `message` names messages to keep. */
  readonly keptMessages: readonly string[]

  constructor(features: readonly MailFeature[]) {
    this.#features = features
    this.keptMessages = features.flatMap(({ keptMessages }) => keptMessages ?? [])
  }

  *growing(write: MailWrite, growth: Growth): Statements<void> {
    for (const feature of this.#features) if (feature.growing) yield* feature.growing(write, growth)
  }

  *deleting(
    write: MailWrite,
    folder: FolderId,
    entries: readonly FolderEntry[],
    permanently: boolean,
  ): Statements<void> {
    for (const feature of this.#features) {
      if (feature.deleting) yield* feature.deleting(write, folder, entries, permanently)
    }
  }

  *moving(write: MailWrite, moved: MovedMessages): Statements<void> {
    for (const feature of this.#features) if (feature.moving) yield* feature.moving(write, moved)
  }

  *removed(folder: FolderId, uids: readonly Uid[]): Statements<void> {
    for (const feature of this.#features) if (feature.removed) yield* feature.removed(folder, uids)
  }

  *deletingFolder(write: MailWrite, folder: FolderId): Statements<void> {
    for (const feature of this.#features) if (feature.deletingFolder) yield* feature.deletingFolder(write, folder)
  }

  *contentDropped(messages: readonly number[]): Statements<readonly BlobRef[]> {
    const dropped: BlobRef[] = []
    for (const feature of this.#features) {
      if (feature.contentDropped) dropped.push(...(yield* feature.contentDropped(messages)))
    }
    return dropped
  }

  *erasing(mailbox: MailboxId): Statements<void> {
    for (const feature of this.#features) if (feature.erasing) yield* feature.erasing(mailbox)
  }

  committed(mailbox: MailboxId, taken: readonly TakenUids[]): void {
    for (const feature of this.#features) feature.committed?.(mailbox, taken)
  }

  *usedOctets(mailbox: MailboxId): Statements<number> {
    let octets = 0
    for (const feature of this.#features) if (feature.usedOctets) octets += yield* feature.usedOctets(mailbox)
    return octets
  }
}
