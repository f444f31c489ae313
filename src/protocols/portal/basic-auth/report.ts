import type { TenantId } from '../../../core/ids.ts'
import type { SignIns, Use } from '../../../domain/audit/types.ts'
import type { Directory, MailboxRecord, RetiredProtocol } from '../../../domain/directory/types.ts'
import type { MailProtocol } from '../../../access/types.ts'

/** docs/reference/exchange-admin.md §8: as the sign-in log calls them. */
export const protocolNames = { imap: 'IMAP4', pop3: 'POP3', smtp: 'Authenticated SMTP' } as const

/** By the words of the plan's own cmdlets. */
export const basicProtocols: Readonly<Record<RetiredProtocol, MailProtocol>> = {
  Imap: 'imap',
  Pop: 'pop3',
  Smtp: 'smtp',
}

/** Who signs in with a password: one client, to one mailbox, over one protocol. */
export interface BasicUse {
  /** Its primary address; as it was given where there is no such mailbox. */
  readonly mailbox: string
  readonly exists: boolean
  readonly protocol: MailProtocol
  readonly user: string
  readonly client: string
  /** Where from, the latest first. */
  readonly addresses: readonly string[]
  readonly granted: number
  readonly refused: number
  /** On how many days at least. */
  readonly days: number
  /** When it last let somebody in; where it never did, when it was last tried. */
  readonly last: number
}

interface Deps {
  readonly directory: Directory
  readonly signIns: SignIns
}

export interface BasicUsesRequest {
  readonly days: number
  /** Any address of a mailbox. */
  readonly mailbox?: string | undefined
  readonly protocol?: MailProtocol | undefined
}

/** Latest first. */
export async function basicUses(
  { directory, signIns }: Deps,
  tenant: TenantId,
  { days, mailbox, protocol }: BasicUsesRequest,
): Promise<readonly BasicUse[]> {
  await signIns.settled()
  const uses = await signIns.uses({ tenant, days, authentication: 'Basic' })
  const named = new Map<string, MailboxRecord | undefined>()
  for (const { mailbox: address } of uses) {
    if (!named.has(address)) named.set(address, await directory.mailboxes.findByAddress(tenant, address))
  }
  const primary = (address: string) => named.get(address)?.primarySmtpAddress ?? address
  const requested = mailbox?.toLowerCase()
  const wantedRecord = mailbox === undefined ? undefined : await directory.mailboxes.findByAddress(tenant, mailbox)
  const found = new Map<string, Counted>()
  for (const use of uses) {
    if (protocol !== undefined && use.protocol !== protocol) continue
    const address = primary(use.mailbox)
    if (requested !== undefined && address !== (wantedRecord?.primarySmtpAddress ?? requested)) continue
    const key = JSON.stringify([address, use.protocol, use.who, use.client])
    found.set(key, joined(found.get(key), use, { address, exists: named.get(use.mailbox) !== undefined }))
  }
  return [...found.values()]
    .map(({ tried, lastGranted, ...use }) => ({ ...use, last: lastGranted ?? tried }))
    .toSorted((one, other) => other.last - one.last)
}

type Counted = Omit<BasicUse, 'last'> & { readonly tried: number; readonly lastGranted: number | undefined }

/** Uses come latest first. */
function joined(
  before: Counted | undefined,
  use: Use,
  { address, exists }: { readonly address: string; readonly exists: boolean },
): Counted {
  const lastGranted = Math.max(before?.lastGranted ?? 0, use.lastGranted ?? 0)
  return {
    mailbox: address,
    exists,
    protocol: use.protocol as MailProtocol,
    user: use.who,
    client: use.client,
    addresses: [...new Set([...(before?.addresses ?? []), ...(use.from === '' ? [] : [use.from])])],
    granted: (before?.granted ?? 0) + use.granted,
    refused: (before?.refused ?? 0) + use.refused,
    days: Math.max(before?.days ?? 0, use.days),
    tried: Math.max(before?.tried ?? 0, use.last),
    lastGranted: lastGranted === 0 ? undefined : lastGranted,
  }
}

/** A program: its uses of one mailbox over every protocol. */
export interface BasicProgram extends Omit<BasicUse, 'protocol'> {
  readonly protocols: readonly MailProtocol[]
}

/**
 * Uses of one mailbox over several protocols are one program's if the user, the client's name and an address are the
 * same. Latest first.
 */
export function programsOf(uses: readonly BasicUse[]): readonly BasicProgram[] {
  const programs: BasicProgram[] = []
  for (const { protocol, ...use } of uses) {
    const at = programs.findIndex((program) => isSameProgram(program, use))
    if (at < 0) programs.push({ ...use, protocols: [protocol] })
    else programs[at] = withUse(programs[at]!, { protocol, ...use })
  }
  return programs.toSorted((one, other) => other.last - one.last)
}

const isSameProgram = (program: BasicProgram, use: Omit<BasicUse, 'protocol'>): boolean =>
  program.mailbox === use.mailbox &&
  program.mailbox !== '' &&
  program.user === use.user &&
  program.client === use.client &&
  use.addresses.some((address) => program.addresses.includes(address))

function withUse(program: BasicProgram, { protocol, ...use }: BasicUse): BasicProgram {
  const opened = [program, use].filter(({ granted }) => granted > 0)
  return {
    ...program,
    protocols: [...program.protocols, protocol],
    addresses: [...new Set([...program.addresses, ...use.addresses])],
    granted: program.granted + use.granted,
    refused: program.refused + use.refused,
    days: Math.max(program.days, use.days),
    last: Math.max(...(opened.length > 0 ? opened : [program, use]).map(({ last }) => last)),
  }
}
