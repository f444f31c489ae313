import { refuse } from '../../core/refusal.ts'
import type { MailboxRecord } from '../directory/types.ts'
import type { Letter } from './letter.ts'

/** The form in which addresses are compared, as the directory does. */
const fold = (address: string): string => address.normalize('NFC').toLowerCase()

export const primary = ({ primarySmtpAddress }: MailboxRecord): string => primarySmtpAddress

/** Whether an address is one of the mailbox's own. */
export function holds(record: MailboxRecord, address: string): boolean {
  const own = [
    record.primarySmtpAddress,
    record.userPrincipalName,
    ...record.emailAddresses.filter((it) => /^smtp:/i.test(it)).map((it) => it.slice('smtp:'.length)),
  ]
  return own.some((it) => fold(it) === fold(address))
}

/**
 * RFC 6409 §6.1: a message is from the mailbox that sends it, in its envelope and in its header, wherever that names an
 * author. The null path is nobody's.
 */
export function refuseForeign(record: MailboxRecord, from: string, { authors }: Letter): void {
  const foreign = [...(from === '' ? [] : [from]), ...authors].find((address) => !holds(record, address))
  if (foreign === undefined) return
  refuse('not-allowed', `${primary(record)} may not send as ${foreign}`, { mailbox: primary(record), from: foreign })
}
