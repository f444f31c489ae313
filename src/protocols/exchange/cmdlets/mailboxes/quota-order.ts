import { writtenQuantity } from '../../../../cmdlets/exchange/byte-quantity.ts'
import { refuse } from '../../../../core/refusal.ts'
import type { MailboxRecord } from '../../../../domain/directory/types.ts'
import type { QuotaLimits } from '../../../../domain/mail/types.ts'

const names = ['IssueWarningQuota', 'ProhibitSendQuota', 'ProhibitSendReceiveQuota'] as const

type Sizes = Readonly<Partial<Record<(typeof names)[number], number>>>

/** A mailbox is warned before it sends no more, and sends no more before it gets no more; refuses what is otherwise. */
export function refuseQuotasOutOfOrder(given: Sizes, { mailFlow }: MailboxRecord, { octets }: QuotaLimits): void {
  if (names.every((name) => given[name] === undefined)) return
  const before: Sizes = {
    ...(mailFlow.warningQuota !== undefined && { IssueWarningQuota: mailFlow.warningQuota }),
    ...(mailFlow.sendQuota !== undefined && { ProhibitSendQuota: mailFlow.sendQuota }),
    ...(octets !== undefined && { ProhibitSendReceiveQuota: octets }),
  }
  const limited = names.flatMap((name) => {
    const size = given[name] ?? before[name] ?? Number.POSITIVE_INFINITY
    return Number.isFinite(size) ? [{ name, size }] : []
  })
  for (const [nth, one] of limited.slice(1).entries()) {
    const smaller = limited[nth]!
    if (smaller.size > one.size) refuseOrder(smaller, one)
  }
}

interface Limit {
  readonly name: string
  readonly size: number
}

function refuseOrder(one: Limit, other: Limit): never {
  const [first, second] = [one, other].map(({ name, size }) => `${name}: '${writtenQuantity(size)}'`)
  refuse(
    'bad-syntax',
    `The value of property '${one.name}' must be less than or equal to that of property '${other.name}'. ${first}, ${second}.`,
    { property: one.name },
  )
}
