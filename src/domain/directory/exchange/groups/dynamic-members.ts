import { setImmediate as nextTurn } from 'node:timers/promises'
import { type OpathFilter, propertiesOf } from '../../../../codecs/opath/filter.ts'
import type { MailboxId, TenantId, UserId } from '../../../../core/ids.ts'
import type { MailboxRecord } from '../../objects.ts'
import type { Directory } from '../../types.ts'
import { fitting } from '../app-access/recipient-filter.ts'
import type { DistributionGroups } from '../recipients/recipients.ts'

/** The maximum length of the filter of a dynamic group, in characters. */
const LONGEST_FILTER = 2048

/** The number of mailboxes to check before yielding to other tasks. */
const BEFORE_YIELD = 1000

/** The parameter that a refusal names, and the maximum length. */
export const DYNAMIC_FILTER = { parameter: 'RecipientFilter', longest: LONGEST_FILTER } as const

/** The mailboxes of a tenant that match a filter now. */
export async function fittingMailboxes(
  { mailboxes, of }: { mailboxes: Directory['mailboxes']; of: DistributionGroups['of'] },
  tenant: TenantId,
  filter: OpathFilter,
): Promise<readonly MailboxRecord[]> {
  const asksGroups = propertiesOf(filter).some((name) => name.toLowerCase() === 'memberofgroup')
  const fits = fitting(filter)
  const found: MailboxRecord[] = []
  let checked = 0
  for (const mailbox of await mailboxes.all(tenant)) {
    const memberOf = asksGroups ? await of(tenant, mailbox.externalDirectoryObjectId) : []
    const names = memberOf.map(({ distinguishedName }) => distinguishedName)
    if (fits(mailbox, names)) found.push(mailbox)
    if (++checked % BEFORE_YIELD === 0) await nextTurn()
  }
  return found
}

/** The properties of a member that mail delivery needs. */
export interface DynamicMember {
  readonly id: MailboxId
  readonly user: UserId
}

interface Remembered {
  /** The revision of the tenant at the time of the query. */
  readonly mark: number
  readonly members: Promise<readonly DynamicMember[]>
}

/** The maximum number of filters in the cache, and of members of one cached filter. */
const MOST_FILTERS = 16
const MOST_MEMBERS = 50_000

/**
 * Caches the mailboxes that match a filter. Evaluating a filter reads every mailbox, so the result is kept until
 * something in the tenant changes. Concurrent callers share one evaluation.
 */
export class CachedMembers {
  readonly #known = new Map<string, Remembered>()
  readonly #mark: Directory['journal']['mark']
  readonly #look: (tenant: TenantId, filter: string) => Promise<readonly MailboxRecord[]>

  constructor(
    mark: Directory['journal']['mark'],
    look: (tenant: TenantId, filter: string) => Promise<readonly MailboxRecord[]>,
  ) {
    this.#mark = mark
    this.#look = look
  }

  async of(tenant: TenantId, filter: string): Promise<readonly DynamicMember[]> {
    const key = `${tenant} ${filter}`
    // Read the revision first: a change during the evaluation then causes a new evaluation the next time.
    const mark = await this.#mark(tenant)
    const known = this.#known.get(key)
    if (known?.mark === mark) return known.members
    const members = this.#members(tenant, filter)
    const remembered = { mark, members }
    this.#known.delete(key)
    this.#known.set(key, remembered)
    const [oldest] = this.#known.keys()
    if (this.#known.size > MOST_FILTERS) this.#known.delete(oldest!)
    const forget = () => this.#known.get(key) === remembered && this.#known.delete(key)
    try {
      const found = await members
      if (found.length > MOST_MEMBERS) forget()
      return found
    } catch (error) {
      forget()
      throw error
    }
  }

  async #members(tenant: TenantId, filter: string): Promise<readonly DynamicMember[]> {
    const found = await this.#look(tenant, filter)
    return found.map(({ id, externalDirectoryObjectId: user }) => ({ id, user }))
  }
}
