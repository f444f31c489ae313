import { DAY } from '../../core/time.ts'

const MIB = 1024 ** 2

/** Limits on everything that a client or a sender can make grow. */
export interface MailLimits {
  /** Levels of the folder tree. */
  readonly folderDepth: number
  /** UTF-16 units of one folder's name, and of a whole path. */
  readonly folderName: number
  readonly folderPath: number
  readonly folders: number
  readonly subscriptions: number
  readonly messageOctets: number
  /** The quota of a mailbox without limits of its own; undefined if there is no limit. */
  readonly mailboxOctets: number | undefined
  readonly mailboxMessages: number | undefined
  /** Octets per mailbox and hour that may be stored for messages that are refused afterwards. */
  readonly refusedOctets: number
  /** The most messages of one append. */
  readonly batch: number
  readonly keywordOctets: number
  readonly keywordsPerMessage: number
  readonly keywordsPerFolder: number
  /** How many mod-sequences, and how many milliseconds, the journal reaches back. */
  readonly journalSteps: number
  readonly journalAge: number
  /** UTF-16 units of all long journal lines of one mailbox. */
  readonly journalBulk: number
  /** Memory for indexes that no caller has open, in octets. */
  readonly idleIndexOctets: number
  /** Memory for sort keys of folders, in octets. */
  readonly sortOctets: number
  /** Memory for sort keys, with those that a running command needs, in octets. */
  readonly sortWorkOctets: number
  /** Memory for messages' metadata, in octets. */
  readonly metadataOctets: number
  /** Memory for recently searched texts, and for the maps that locate texts, in octets. */
  readonly textOctets: number
  readonly textMapOctets: number
  /** Memory for the columns of lists of items, in octets. */
  readonly itemOctets: number
  /** Properties of one item or folder, UTF-16 units of a name, and octets of them all; octets per mailbox. */
  readonly properties: number
  readonly propertyName: number
  readonly propertyOctets: number
  readonly mailboxPropertyOctets: number
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
  itemOctets: 128 * MIB,
  properties: 200,
  propertyName: 255,
  propertyOctets: MIB / 4,
  mailboxPropertyOctets: 256 * MIB,
}
