/** What a store has done behind since it was started. */
export interface MailWork {
  readonly indexesPacked: number
  readonly chunksPacked: number
  /** Places where bytes lie that were looked at, and octets of the disk that became free. */
  readonly looks: number
  readonly freed: number
  /** Mailboxes, folders and messages that nobody wanted and that were cleared away. */
  readonly strays: number
}
