import type { MailboxId, TenantId, UserId } from '../../../../core/ids.ts'
import type { MailboxRecord } from '../../objects.ts'
import type { Directory } from '../../types.ts'

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
export class RememberedMembers {
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
