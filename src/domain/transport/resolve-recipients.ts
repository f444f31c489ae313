import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Guid, MailboxId } from '../../core/ids.ts'
import { refuse } from '../../core/refusal.ts'
import type { DeliverySettings } from '../directory/types.ts'
import { type AddressBook, domainOf, type ResolvedRecipient } from './address-book.ts'
import type { Undelivered } from './delivery-report.ts'
import type { Addressed } from './types.ts'

/** Where a message comes to, and what is in the way elsewhere. */
export interface Destinations {
  /** Each mailbox once, with the recipients through which it was found, the first of them first. */
  readonly mailboxes: ReadonlyMap<
    MailboxId,
    { readonly mailbox: ResolvedRecipient; readonly recipients: Iterable<Addressed> }
  >
  readonly undelivered: readonly Undelivered[]
}

/** A mailbox that a message comes by. */
interface Stop {
  readonly mailbox: ResolvedRecipient
  readonly recipients: Set<Addressed>
  /** Whether it has the message, hands it on and keeps nothing, or why it does not take it. */
  readonly became: 'reached' | 'handed-on' | Undelivered['why']
}

interface Expanded {
  readonly ids: readonly MailboxId[]
  /** The groups, itself or some in it, that do not take the message. */
  readonly closed: readonly Pick<Undelivered, 'address' | 'why'>[]
}

/** A message on its way. */
interface IncomingMessage {
  /** Whom it is from. */
  readonly from: readonly ResolvedRecipient[]
  readonly octets: number
}

/** How many mailboxes are looked at before others have their turn. */
const BEFORE_OTHERS = 500

/** Recipients that are told of one mailbox: any number of them can lead to it. */
const MOST_TOLD = 10

/**
 * Where a message goes, groups expanded, forwarded where a mailbox says so, and from there on; not to who takes none of
 * that size or of whom it is from, which forwarding does not change. Refuses `no-such-thing` when a recipient has gone.
 * Each mailbox and each group is looked at once, however many lead to it.
 */
export async function resolveRecipients(
  directory: AddressBook,
  recipients: readonly Addressed[],
  message: IncomingMessage,
): Promise<Destinations> {
  const ways = new RecipientResolver(cachedAddressBook(directory), message)
  for (const recipient of recipients) await ways.follow(recipient)
  return ways.found()
}

class RecipientResolver {
  readonly #book: AddressBook
  readonly #message: IncomingMessage
  readonly #groups = new Map<Guid, Expanded | undefined>()
  readonly #starts = new Set<MailboxId>()
  readonly #stops = new Map<MailboxId, Stop>()
  readonly #crowds = new Map<Expanded, Set<Addressed>>()
  /** The recipients from which a mailbox or a group was reached. */
  readonly #before = new Map<MailboxId | Expanded, (MailboxId | Expanded)[]>()

  constructor(book: AddressBook, message: IncomingMessage) {
    this.#book = book
    this.#message = message
  }

  async follow(recipient: Addressed): Promise<void> {
    const first = await this.#addressed(recipient)
    for (const id of first.ids) this.#starts.add(id)
    const ahead = [first]
    // A list that grows while it is walked is walked to its end.
    for (const crowd of ahead) {
      const through = this.#crowds.get(crowd)
      if (through) through.add(recipient)
      else {
        this.#crowds.set(crowd, new Set([recipient]))
        for (const id of crowd.ids) {
          this.#leadsTo(id, crowd)
          const further = await this.#stop(id, recipient)
          if (!further) continue
          this.#leadsTo(further, id)
          ahead.push(further)
        }
      }
    }
  }

  found(): Destinations {
    const mailboxes = new Map<MailboxId, Stop>()
    const undelivered: Undelivered[] = []
    for (const [{ closed }, recipients] of this.#crowds) {
      for (const it of closed) for (const recipient of recipients) undelivered.push({ ...it, recipient })
    }
    const fruitful = new Set<MailboxId | Expanded>([...this.#crowds.keys()].filter(({ closed }) => closed.length > 0))
    for (const [id, stop] of this.#stops) {
      const { mailbox, recipients, became } = stop
      if (became === 'handed-on') continue
      fruitful.add(id)
      if (became === 'reached') mailboxes.set(id, stop)
      else {
        for (const recipient of recipients) {
          undelivered.push({ recipient, address: mailbox.primarySmtpAddress, why: became })
        }
      }
    }
    for (const it of fruitful) for (const one of this.#before.get(it) ?? []) fruitful.add(one)
    // Forwarded in a circle, it is kept nowhere else.
    for (const id of this.#starts) if (!fruitful.has(id)) mailboxes.set(id, this.#stops.get(id)!)
    return { mailboxes, undelivered }
  }

  #leadsTo(one: MailboxId | Expanded, from: MailboxId | Expanded): void {
    const before = this.#before.get(one)
    if (before) before.push(from)
    else this.#before.set(one, [from])
  }

  /** Those to whom it forwards, where it was not known before. */
  async #stop(id: MailboxId, recipient: Addressed): Promise<Expanded | undefined> {
    const known = this.#stops.get(id)
    if (known) {
      if (known.recipients.size < MOST_TOLD) known.recipients.add(recipient)
      return undefined
    }
    const mailbox = await this.#book.mailboxes.byId(id)
    if (!mailbox) return this.#starts.has(id) ? refuseGone() : undefined
    const { tenant, mailFlow } = mailbox
    const door = { kind: 'mailbox', tenant, delivery: mailFlow.delivery } as const
    const why = await deliveryRestriction(this.#book, door, this.#message)
    const further = why ? undefined : await this.#forwardedTo(mailbox)
    const became = why ?? (further && !mailFlow.keepsForwarded ? 'handed-on' : 'reached')
    this.#stops.set(id, { mailbox, recipients: new Set([recipient]), became })
    if (this.#stops.size % BEFORE_OTHERS === 0) await nextTurn()
    return further
  }

  async #addressed(recipient: Addressed): Promise<Expanded> {
    if (recipient.kind === 'mailbox') return only(recipient)
    return (await this.#group(recipient.guid)) ?? refuseGone()
  }

  /** Undefined where nobody is to have a message elsewhere: it stays. */
  async #forwardedTo({ tenant, mailFlow }: ResolvedRecipient): Promise<Expanded | undefined> {
    const { forwardTo, forwardToAddress } = mailFlow
    if (forwardTo !== undefined) {
      const mailbox = await this.#book.mailboxes.find(tenant, forwardTo)
      return mailbox ? only(mailbox) : this.#inGroup(forwardTo)
    }
    return forwardToAddress === undefined ? undefined : this.#at(forwardToAddress)
  }

  async #at(address: string): Promise<Expanded | undefined> {
    const tenant = await this.#book.tenants.find(domainOf(address))
    if (!tenant) return undefined
    const mailbox = await this.#book.mailboxes.findByAddress(tenant.id, address)
    if (mailbox) return only(mailbox)
    const group = await this.#book.groups.findByAddress(tenant.id, address)
    return group && this.#inGroup(group.guid)
  }

  /**
   * docs/reference/exchange-admin.md §3.2: a group accepts forwarded mail only from senders from whom it accepts
   * mail.
   */
  async #inGroup(guid: Guid): Promise<Expanded | undefined> {
    const found = await this.#group(guid)
    return found && found.ids.length + found.closed.length > 0 ? found : undefined
  }

  async #group(guid: Guid): Promise<Expanded | undefined> {
    if (!this.#groups.has(guid)) this.#groups.set(guid, await expanded(this.#book, guid, this.#message))
    return this.#groups.get(guid)
  }
}

const refuseGone = (): never => refuse('no-such-thing', 'A recipient was removed in the meantime')

const only = ({ id }: { readonly id: MailboxId }): Expanded => ({ ids: [id], closed: [] })

/**
 * The mailboxes in a group and in those in it, as far as each takes the message; undefined where there is no such
 * group.
 */
async function expanded(directory: AddressBook, guid: Guid, message: IncomingMessage): Promise<Expanded | undefined> {
  const groups = await directory.groups.groupsIn(guid)
  const root = groups.find((group) => group.guid === guid)
  if (!root) return undefined
  const atTheDoor = await deliveryRestriction(directory, { ...root, kind: 'group' }, message)
  if (atTheDoor) return { ids: [], closed: [{ address: root.primarySmtpAddress, why: atTheDoor }] }
  const closed = new Map<Guid, Pick<Undelivered, 'address' | 'why'>>()
  for (const group of groups) {
    const why = await deliveryRestriction(directory, { ...group, kind: 'group' }, message)
    if (why) closed.set(group.guid, { address: group.primarySmtpAddress, why })
  }
  return { ids: await directory.groups.mailboxesIn(guid, [...closed.keys()]), closed: [...closed.values()] }
}

/** Caches an address book for one message, so that each group is read once, however often it is reached. */
const cachedAddressBook = ({ tenants, mailboxes, groups, sendAs, exchange }: AddressBook): AddressBook => ({
  tenants: { find: once((domain) => tenants.find(domain)) },
  mailboxes: {
    byId: (id) => mailboxes.byId(id),
    find: (tenant, named) => mailboxes.find(tenant, named),
    findByAddress: (tenant, address) => mailboxes.findByAddress(tenant, address),
  },
  groups: {
    findByAddress: once((tenant, address) => groups.findByAddress(tenant, address)),
    groupsIn: once((group) => groups.groupsIn(group)),
    mailboxesIn: once((group, closed) => groups.mailboxesIn(group, closed)),
    holds: once((group, user) => groups.holds(group, user)),
    standing: (accounts) => groups.standing(accounts),
  },
  sendAs,
  exchange,
})

function once<A extends readonly unknown[], R>(ask: (...asked: A) => Promise<R>): (...asked: A) => Promise<R> {
  const known = new Map<string, Promise<R>>()
  return (...asked) => {
    const key = JSON.stringify(asked)
    const said = known.get(key) ?? ask(...asked)
    known.set(key, said)
    return said
  }
}

interface Door {
  readonly kind: 'mailbox' | 'group'
  readonly tenant: ResolvedRecipient['tenant']
  readonly delivery: DeliverySettings
}

/** docs/reference/exchange-admin.md §3.2: why a mailbox or a group does not take a message; undefined where it does. */
async function deliveryRestriction(
  directory: AddressBook,
  { kind, tenant, delivery }: Door,
  { from, octets }: IncomingMessage,
): Promise<Undelivered['why'] | undefined> {
  const { fromInside, accepts, rejects, maxReceive = Number.POSITIVE_INFINITY } = delivery
  if (fromInside && from.some((sender) => sender.tenant !== tenant)) return `${kind}-inside`
  for (const sender of from) {
    if (await isAmong(directory, rejects, sender)) return 'recipient-rejects'
    if (accepts.length > 0 && !(await isAmong(directory, accepts, sender))) return `${kind}-unlisted`
  }
  return octets > maxReceive ? 'recipient-size' : undefined
}

/** Whether a mailbox is listed, or is in a group that is. */
async function isAmong(
  { groups }: AddressBook,
  listed: readonly Guid[],
  { externalDirectoryObjectId: user }: ResolvedRecipient,
): Promise<boolean> {
  if (listed.includes(user)) return true
  for (const group of listed) if (await groups.holds(group, user)) return true
  return false
}
