import type { Access, AppCaller, Caller, Entry, MailboxLease, MailProtocol } from '../../src/access/types.ts'
import type { AppId, Guid, MailboxId, ServicePrincipalId, TenantId, UserId } from '../../src/core/ids.ts'
import type { Profile } from '../../src/core/profile.ts'
import { refuse } from '../../src/core/refusal.ts'
import type { World } from '../../src/core/world.ts'
import type { CheckName } from '../../src/domain/audit/types.ts'
import type { Mailbox } from '../../src/domain/mail/types.ts'
import type { MailStore } from '../../src/domain/mail/store-types.ts'
import type { StoredSettings } from '../../src/domain/directory/exchange/mailboxes/kept-settings.ts'
import { mailFlowOf } from '../../src/domain/directory/exchange/recipients/mail-flow.ts'
import type { ResolvedRecipient, AddressBook } from '../../src/domain/transport/address-book.ts'

/** Tokens are words: `good` opens any mailbox that there is, the others fail at the check that they are named for. */
const failing: Readonly<Record<string, CheckName>> = {
  'no-audience': 'audience',
  'no-role': 'role',
  'no-service-principal': 'servicePrincipal',
  'no-exchange-service-principal': 'exchangeServicePrincipal',
  'no-protocol': 'protocolEnabled',
  'no-permission': 'mailboxPermission',
}

const mailboxChecks: ReadonlySet<CheckName> = new Set(['mailbox', 'protocolEnabled', 'mailboxPermission'])

const id = <T extends Guid>(digit: string): T => `00000000-0000-4000-8000-00000000000${digit}` as T
const contoso = id<TenantId>('1')
/** Of every mailbox. */
const owner = id<UserId>('4')

export interface TranscriptSignIn {
  readonly protocol: MailProtocol
  readonly address: string | undefined
  readonly from: string
  readonly authentication: 'Bearer' | 'Basic'
  readonly failed: CheckName | undefined
}

/** Decides as the real access does, over words instead of tokens. */
export class TranscriptAccess implements Access {
  readonly signIns: TranscriptSignIn[] = []
  readonly #deps: { store: MailStore; world: World; profile: Profile }
  readonly #mailboxes = new Map<string, MailboxId>()
  readonly #settings = new Map<MailboxId, StoredSettings>()
  readonly #handles = new Map<MailboxId, Set<AbortController>>()

  constructor(deps: { store: MailStore; world: World; profile: Profile }) {
    this.#deps = deps
  }

  addMailbox(address: string): MailboxId {
    const id = (this.#mailboxes.size + 1) as MailboxId
    this.#mailboxes.set(address.toLowerCase(), id)
    return id
  }

  mailboxOf(address: string): MailboxId {
    return this.#mailboxes.get(address.toLowerCase()) ?? refuse('no-such-thing', `There is no mailbox ${address}`)
  }

  /** As `Set-Mailbox` does. */
  change(address: string, settings: StoredSettings): void {
    this.#settings.set(this.mailboxOf(address), settings)
  }

  /** The mailboxes by their addresses, all of one tenant. */
  get addressBook(): AddressBook {
    return {
      tenants: {
        find: async (domain) => (domain.toLowerCase() === 'contoso.test' ? { id: contoso } : undefined),
      },
      mailboxes: {
        byId: async (id) => this.#recipient([...this.#mailboxes].find(([, it]) => it === id)?.[0], id),
        find: async () => undefined,
        findByAddress: async (_, address) =>
          this.#recipient(address.toLowerCase(), this.#mailboxes.get(address.toLowerCase())),
      },
      groups: {
        findByAddress: async () => undefined,
        groupsIn: async () => [],
        mailboxesIn: async () => [],
        holds: async () => false,
        standing: async (accounts) => new Set(accounts),
      },
      sendAs: { allowed: async () => false },
      exchange: { findByAppId: async () => undefined },
    }
  }

  /** Takes the mailbox back from everybody who was let in. */
  revoke(address: string): void {
    const handles = this.#handles.get(this.mailboxOf(address)) ?? []
    for (const handle of handles) handle.abort()
  }

  async enter(request: Parameters<Access['enter']>[0]): Promise<Entry> {
    const { credential, protocol, address, from } = request
    const authentication = 'bearer' in credential ? 'Bearer' : 'Basic'
    const mailbox = this.#mailboxes.get(address?.toLowerCase() ?? '')
    const failed = 'bearer' in credential ? checkThatFails(credential.bearer, mailbox) : 'basicAuthentication'
    this.signIns.push({ protocol, address, from, authentication, failed })
    const signIn = this.#deps.world.guid()
    if (failed === undefined && mailbox !== undefined) {
      const { handle, leave } = await this.#open(mailbox)
      return {
        granted: true,
        caller: this.#caller(),
        mailbox: handle,
        signIn,
        named: () => {},
        did: () => {},
        deniedSender: async () => {},
        leave,
      }
    }
    const late = this.#deps.profile === 'exchange-online' && mailboxChecks.has(failed ?? 'mailbox')
    return { granted: false, failed: failed ?? 'mailbox', spokenAt: late ? 'mailbox' : 'authenticate', signIn }
  }

  /** Nobody asks the stage why. */
  async unread(): Promise<void> {}

  async unpermitted(): Promise<void> {}

  async openForUrl({ by, address, proven }: Parameters<Access['openForUrl']>[0]): Promise<MailboxLease | undefined> {
    const mailbox = this.#mailboxes.get(address.toLowerCase())
    if (mailbox === undefined || by !== this.#caller().servicePrincipal) return undefined
    const { handle, leave } = await this.#open(mailbox)
    if (await proven(handle)) return { mailbox: handle, giveBack: leave }
    leave()
    return undefined
  }

  openOverGraph(): Promise<never> {
    return refuse('unsupported', 'The stage has no HTTP API')
  }

  admitUpload(): Promise<never> {
    return refuse('unsupported', 'The stage has no HTTP API')
  }

  openUpload(): Promise<never> {
    return refuse('unsupported', 'The stage has no HTTP API')
  }

  openForSubscriber(): Promise<never> {
    return refuse('unsupported', 'The stage has no HTTP API')
  }

  authorize(): Promise<Caller> {
    return refuse('unsupported', 'The stage has no HTTP API')
  }

  administer(): Promise<never> {
    return refuse('unsupported', 'The stage has no administrator')
  }

  simulate(): Promise<never> {
    return refuse('unsupported', 'The stage simulates nothing')
  }

  simulatePassword(): Promise<never> {
    return refuse('unsupported', 'The stage simulates nothing')
  }

  #recipient(address: string | undefined, id: MailboxId | undefined): ResolvedRecipient | undefined {
    if (address === undefined || id === undefined) return undefined
    return {
      id,
      tenant: contoso,
      externalDirectoryObjectId: owner,
      primarySmtpAddress: address,
      mailFlow: mailFlowOf(this.#settings.get(id) ?? {}),
    }
  }

  async #open(mailbox: MailboxId): Promise<{ handle: Mailbox; leave: () => void }> {
    const taken = new AbortController()
    const handles = this.#handles.get(mailbox) ?? new Set()
    this.#handles.set(mailbox, handles.add(taken))
    const handle = await this.#deps.store.open(mailbox, taken.signal)
    return { handle, leave: () => void handles.delete(taken) }
  }

  #caller(): AppCaller {
    return {
      kind: 'app',
      tenant: contoso,
      appId: id<AppId>('2'),
      appDisplayName: 'A program on the stage',
      servicePrincipal: id<ServicePrincipalId>('3'),
      roles: new Set(['IMAP.AccessAsApp', 'POP.AccessAsApp']),
      directoryRoles: new Set(),
    }
  }
}

function checkThatFails(token: string, mailbox: MailboxId | undefined): CheckName | undefined {
  if (token === 'good') return mailbox === undefined ? 'mailbox' : undefined
  return failing[token] ?? 'token'
}
