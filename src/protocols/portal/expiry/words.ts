import { isoDate } from '../../../core/time.ts'
import type { Expiring, HangingMailbox, Successor } from './expiring.ts'

/** Mailboxes that are named; of more only the number is told. */
const NAMED = 5

/** Returns one or two sentences that say what stops and when. */
export function inWords(it: Expiring, now: number): string {
  const ended = it.ends <= now
  const stops = `${ended ? 'Stopped' : 'Stops'} on ${isoDate(it.ends)}`
  const { outlivedBy } = it
  if (outlivedBy && isInUse(outlivedBy, it)) {
    return `Nothing stops: ${theOther(outlivedBy)} is in use, and lasts ${until(outlivedBy)}.${tries(it)}`
  }
  const unless = outlivedBy
    ? `${ended ? '; what it needs is' : ', unless the program is given'} ${theOther(outlivedBy)}, which lasts ${until(outlivedBy)}`
    : ''
  return `${stops}${unless}: ${hanging(it)}.${tries(it)}`
}

/** An app that fetched its last token with the other credential has already changed over. */
const isInUse = (other: Successor, { lastUsed = 0, triesAfterEnd }: Expiring): boolean =>
  other.lastUsed !== undefined && other.lastUsed >= Math.max(lastUsed, triesAfterEnd?.last ?? 0)

const names: Readonly<Record<Successor['kind'], string>> = {
  secret: 'the secret',
  certificate: 'the certificate',
  federated: 'the federated credential',
}

const theOther = ({ kind, hint }: Successor): string => `${names[kind]} ${shortly(kind, hint)}`

const until = ({ ends }: Successor): string => (ends === undefined ? 'without an end' : `until ${isoDate(ends)}`)

function hanging({ mailboxes, lastUsed, kind }: Expiring): string {
  if (mailboxes.length === 0) {
    const used = lastUsed === undefined ? 'was not used yet' : `was last used on ${isoDate(lastUsed)}`
    return `no mailbox hangs on it; the ${kind} ${used}`
  }
  const named = mailboxes.slice(0, NAMED).map(mailboxInWords).join(', ')
  return mailboxes.length > NAMED ? `${named} and ${mailboxes.length - NAMED} more` : named
}

function mailboxInWords({ address, uses }: HangingMailbox): string {
  const [latest] = uses
  return latest
    ? `${address} (last opened on ${isoDate(latest.last)} over ${latest.protocol})`
    : `${address} (not opened yet)`
}

const tries = ({ triesAfterEnd }: Expiring): string =>
  triesAfterEnd
    ? ` It was still shown ${triesAfterEnd.count === 1 ? 'once' : `${triesAfterEnd.count} times`}, last on ${isoDate(triesAfterEnd.last)}.`
    : ''

/** `secret xY9…` */
export const credentialInWords = ({ kind, hint, displayName }: Expiring): string =>
  `${kind} ${shortly(kind, hint)}${displayName === undefined ? '' : ` (${displayName})`}`

const shortly = (kind: Successor['kind'], hint: string): string =>
  kind === 'federated' ? `'${hint}'` : `${hint.slice(0, 8)}…`
