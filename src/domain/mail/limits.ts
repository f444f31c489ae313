import { DAY } from '../../core/duration.ts'

const MIB = 1024 ** 2

/** Bounds on everything that an outsider can make grow. */
export interface MailLimits {
  /** Levels of the folder tree. */
  readonly folderDepth: number
  /** UTF-16 units of one folder's name, and of a whole path. */
  readonly folderName: number
  readonly folderPath: number
  readonly folders: number
  readonly subscriptions: number
  readonly messageOctets: number
  /** What a mailbox may hold that has no limits of its own; undefined where there is none. */
  readonly mailboxOctets: number | undefined
  readonly mailboxMessages: number | undefined
  /** Octets by mailbox and hour that may be stored for messages which are refused afterwards. */
  readonly refusedOctets: number
  /** Messages of one append. */
  readonly batch: number
  readonly keywordOctets: number
  readonly keywordsPerMessage: number
  readonly keywordsPerFolder: number
  /** How many steps of the mod-sequence, and how many milliseconds, the journal looks back. */
  readonly journalSteps: number
  readonly journalAge: number
  /** UTF-16 units that long journal lines of one mailbox may add up to. */
  readonly journalBulk: number
  /** Memory for indexes that nobody has open at the moment, in octets. */
  readonly idleIndexOctets: number
  /** Memory for what folders were sorted and threaded by, in octets. */
  readonly sortOctets: number
  /** The same and what is being sorted at the moment. */
  readonly sortWorkOctets: number
  /** Memory for messages' metadata, in octets. */
  readonly metadataOctets: number
  /** Memory for texts that were searched last, and for where they are, in octets. */
  readonly textOctets: number
  readonly textMapOctets: number
}

export const mailLimits: MailLimits = {
  folderDepth: 300,
  folderName: 255,
  folderPath: 4096,
  folders: 10_000,
  subscriptions: 10_000,
  messageOctets: 150 * MIB,
  mailboxOctets: undefined,
  mailboxMessages: undefined,
  refusedOctets: 64 * MIB,
  batch: 10_000,
  keywordOctets: 255,
  keywordsPerMessage: 128,
  keywordsPerFolder: 1000,
  journalSteps: 50_000,
  journalAge: 30 * DAY,
  journalBulk: 64 * MIB,
  idleIndexOctets: 64 * MIB,
  sortOctets: 128 * MIB,
  sortWorkOctets: 1024 * MIB,
  metadataOctets: 32 * MIB,
  textOctets: 64 * MIB,
  textMapOctets: 64 * MIB,
}
