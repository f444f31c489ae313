import { setImmediate as nextTurn } from 'node:timers/promises'
import { type OpathFilter, propertiesOf } from '../../../../codecs/opath/filter.ts'
import type { MailboxId, TenantId, UserId } from '../../../../core/ids.ts'
import type { MailboxRecord } from '../../objects.ts'
import type { Directory } from '../../types.ts'
import { fitting } from '../app-access/recipient-filter.ts'
import type { DistributionGroups } from '../recipients/recipients.ts'

/** Characters of a filter of a dynamic group. */
const LONGEST_FILTER = 2048

/** How many mailboxes are looked at before others have their turn. */
const BEFORE_OTHERS = 1000

/** The name of the filter where it is refused. */
export const DYNAMIC_FILTER = { parameter: 'RecipientFilter', longest: LONGEST_FILTER } as const

/** The mailboxes of a tenant that a filter tells, as they are now. */
export async function fittingMailboxes(
  { mailboxes, of }: { mailboxes: Directory['mailboxes']; of: DistributionGroups['of'] },
  tenant: TenantId,
  filter: OpathFilter,
): Promise<readonly MailboxRecord[]> {
  const asksGroups = propertiesOf(filter).some((name) => name.toLowerCase() === 'memberofgroup')
  const fits = fitting(filter)
  const found: MailboxRecord[] = []
  let lookedAt = 0
  for (const mailbox of await mailboxes.all(tenant)) {
    const memberOf = asksGroups ? await of(tenant, mailbox.externalDirectoryObjectId) : []
    const names = memberOf.map(({ distinguishedName }) => distinguishedName)
    if (fits(mailbox, names)) found.push(mailbox)
    if (++lookedAt % BEFORE_OTHERS === 0) await nextTurn()
  }
  return found
}

/** As much of a member as mail needs. */
export interface DynamicMember {
  readonly id: MailboxId
  readonly user: UserId
}

interface Remembered {
  /** The revision of the tenant when it was asked. */
  readonly mark: number
  readonly members: Promise<readonly DynamicMember[]>
}

/** Filters whose members are remembered; and members of one beyond which they are not. */
const MOST_FILTERS = 16
const MOST_MEMBERS = 50_000

/**
 * Whom filters tell. All mailboxes are looked at for one, so it is remembered for as long as nothing is written in the
 * tenant; mail that comes while they are looked at waits for the same look.
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
    // Before the look: what is written meanwhile is looked at the next time.
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
