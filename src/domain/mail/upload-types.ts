import type { ItemKey } from './item-types.ts'

/** A file that is going to be attached to an item, piece by piece. */
export interface NewUpload {
  readonly key: ItemKey
  /** The digest of the secret in the session's URL. */
  readonly digest: string
  /** With it, access opens the mailbox again for the bearer of the secret. */
  readonly authority: string
  /** The app that counts for the limits. */
  readonly app: string
  readonly name: string
  readonly contentType: string
  readonly isInline: boolean
  readonly contentId: string | undefined
  readonly octets: number
  /** Octets of the file in a message. */
  readonly encoded: number
}

/** An upload session. */
export interface UploadSession extends Omit<NewUpload, 'digest' | 'authority' | 'app' | 'encoded'> {
  readonly id: string
  /** Octets that have arrived. */
  readonly received: number
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
  /** The attachment once it is added, as the caller of `finish` named it. */
  readonly attachment: string | undefined
}

/** The columns with which access opens the mailbox of a session. */
export interface UploadAuthority {
  readonly digest: string
  readonly authority: string
  readonly app: string
  readonly expiresAt: number
}

/**
 * The upload sessions of a mailbox. Every method but `create` and `find` refuses `no-such-thing` with code
 * `uploadSessionNotFound` if the session is gone.
 */
export interface MailUploads {
  /** Refuses `over-quota`, `too-big`, and `no-such-thing` if the item is gone. */
  create(upload: NewUpload): Promise<UploadSession>
  find(id: string): Promise<UploadSession | undefined>
  /**
   * Stores a piece. A repetition of the last one changes nothing. Refuses `wrong-state` with code `fragmentOverlap` or
   * `fragmentOutOfOrder`, and `bad-syntax` with code `invalidRange`.
   */
  append(id: string, start: number, bytes: Uint8Array): Promise<UploadSession>
  /** The octets that have arrived, piece by piece. */
  read(id: string): AsyncGenerator<Buffer, void, undefined>
  /** Deletes the pieces. The session stays for a while, so that a repeated last request has the same answer. */
  finish(id: string, attachment: string): Promise<void>
  cancel(id: string): Promise<void>
}
