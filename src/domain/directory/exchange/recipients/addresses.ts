import type { Guid, MailboxId, TenantId, UserId } from '../../../../core/ids.ts'
import { refuse } from '../../../../core/refusal.ts'
import { ask, sql, type Statements } from '../../../../storage/engine.ts'
import { checkCount, checkText, limits } from '../../limits.ts'
import { addressIn, fold } from '../../names.ts'
import { refuseTakenAddress } from '../../people/user-row.ts'
import { refuseAmbiguous, refuseTaken } from '../../refusals.ts'
import { domainsOf } from '../../domains.ts'
import type { SettingListChange } from '../mailboxes/kept-settings.ts'

const PROPERTY = 'EmailAddresses'

/** An address as Exchange writes it: `SMTP:` for the primary one, `smtp:` for another, `SIP:` etc. for others. */
interface Proxy {
  readonly prefix: string
  readonly address: string
}

const written = ({ prefix, address }: Proxy): string => `${prefix}:${address}`

function proxyOf(text: string): Proxy {
  const [, prefix = 'smtp', address = ''] = /^(?:([a-z0-9]{1,9}):)?(.*)$/is.exec(text.trim()) ?? []
  return {
    prefix: /^smtp$/i.test(prefix) && prefix !== 'SMTP' ? 'smtp' : prefix,
    address: checkText(address, PROPERTY, 1024),
  }
}

const isSmtp = ({ prefix }: Proxy): boolean => prefix.toLowerCase() === 'smtp'
/** The key of an address; a primary and a secondary address have the same key. */
const keyOf = ({ prefix, address }: Proxy): string => `${prefix.toLowerCase()}:${fold(address)}`
const keysOf = (proxies: readonly Proxy[]): ReadonlySet<string> => new Set(proxies.map(keyOf))
const same = (one: Proxy, other: Proxy): boolean => keyOf(one) === keyOf(other)

/** Returns the list after a change, with exactly one primary address, which comes first. */
export function addressesAfter(before: readonly string[], change: SettingListChange): readonly string[] {
  const held = before.map(proxyOf)
  const wanted = 'replace' in change ? unique(change.replace.map(proxyOf)) : merged(held, change)
  checkCount(wanted, PROPERTY, limits.addressesPerRecipient)
  const primaries = wanted.filter(({ prefix }) => prefix === 'SMTP')
  if (primaries.length > 1) {
    refuse('bad-syntax', 'There are multiple primary addresses: one alone has the prefix SMTP: in capitals.', {
      property: PROPERTY,
    })
  }
  const primary =
    primaries[0] ??
    wanted.find(isSmtp) ??
    refuse('bad-syntax', 'A recipient needs an SMTP address.', { property: PROPERTY })
  return [written({ ...primary, prefix: 'SMTP' }), ...wanted.filter((it) => !same(it, primary)).map(written)]
}

function merged(
  held: readonly Proxy[],
  change: { add: readonly string[]; remove: readonly string[] },
): readonly Proxy[] {
  const gone = keysOf(change.remove.map(proxyOf))
  const primary = held.find(({ prefix }) => prefix === 'SMTP')
  if (primary && gone.has(keyOf(primary))) {
    refuse('bad-syntax', `The primary address '${primary.address}' can't be removed: make another one primary first.`, {
      property: PROPERTY,
    })
  }
  const added = change.add.map(proxyOf)
  const addedKeys = keysOf(added)
  const newPrimary = added.some(({ prefix }) => prefix === 'SMTP')
  const kept = held
    .filter((it) => !gone.has(keyOf(it)) && !addedKeys.has(keyOf(it)))
    .map((it) => (newPrimary && isSmtp(it) ? { ...it, prefix: 'smtp' } : it))
  return unique([...kept, ...promoted(added, primary)])
}

/** A primary address that is added again as a secondary one stays primary. */
const promoted = (added: readonly Proxy[], primary: Proxy | undefined): readonly Proxy[] =>
  added.map((it) => (primary && it.prefix === 'smtp' && same(it, primary) ? { ...it, prefix: 'SMTP' } : it))

/** Removes duplicates. An address stays primary if one of its duplicates is primary. */
function unique(proxies: readonly Proxy[]): readonly Proxy[] {
  const primaries = keysOf(proxies.filter(({ prefix }) => prefix === 'SMTP'))
  const seen = new Set<string>()
  return proxies.filter((it) => {
    const key = keyOf(it)
    if (seen.has(key) || (primaries.has(key) && it.prefix !== 'SMTP')) return false
    seen.add(key)
    return true
  })
}

/** The SMTP addresses without their prefix, the primary address first. */
export const smtpAddressesIn = (addresses: readonly string[]): readonly string[] =>
  addresses.map(proxyOf).flatMap((it) => (isSmtp(it) ? [it.address] : []))

/** Inside a write: replaces the addresses of a mailbox. The userPrincipalName always stays an address of it. */
export function* readdress(
  { tenant, id, user_id: user, upn }: { tenant: TenantId; id: MailboxId; user_id: UserId; upn: string },
  addresses: readonly string[],
): Statements<string> {
  const domains = yield* domainsOf(tenant)
  const smtp = smtpAddressesIn(addresses)
  const held = yield* ask<{ address_key: string }>(sql`select address_key from directory_address where mailbox = ${id}`)
  const own = new Set([fold(upn), ...held.map(({ address_key: key }) => key)])
  for (const address of smtp) {
    addressIn(domains, address, PROPERTY)
    if (!own.has(fold(address))) yield* refuseTakenAddress(tenant, address, PROPERTY)
  }
  yield* ask(sql`delete from directory_address where mailbox = ${id}`)
  for (const key of new Set([...smtp.map(fold), fold(upn)])) {
    yield* ask(sql`insert into directory_address (tenant, address_key, mailbox) values (${tenant}, ${key}, ${id})`)
  }
  const primary = smtp[0]!
  yield* ask(sql`update directory_user set mail = ${primary}, mail_key = ${fold(primary)} where id = ${user}`)
  return primary
}

export function checkAlias(text: string): string {
  const alias = checkText(text, 'Alias', limits.alias)
  return /^[^\s@"(),:;<>[\\\]]+$/.test(alias)
    ? alias
    : refuse('bad-syntax', `The value '${alias}' of the property Alias isn't valid.`, { property: 'Alias' })
}

/**
 * Picks the match from several kinds of objects. A match by own name comes before a match by display name. Refuses
 * `bad-syntax` if several are left; `instead` tells how to name exactly one.
 */
export function theOneCalled<T>(
  named: string,
  found: readonly { readonly is: T | undefined; readonly names: readonly (string | undefined)[] }[],
  instead: string,
): T | undefined {
  const matches = found.filter(({ is }) => is !== undefined)
  const own = matches.filter(({ names }) => names.some((name) => name !== undefined && fold(name) === fold(named)))
  const [one, another] = own.length > 0 ? own : matches
  return another ? refuseAmbiguous(named, instead) : one?.is
}

/** Inside a write: refuses a name or alias that another mailbox or group has. */
export function* refuseTakenName(
  tenant: TenantId,
  { name, alias, own }: { readonly name: string; readonly alias: string; readonly own?: Guid },
): Statements<void> {
  const [nameKey, aliasKey] = [fold(name), fold(alias)]
  const taken = yield* ask<{ guid: Guid; name_key: string }>(sql`select guid, name_key from directory_mailbox
      where tenant = ${tenant} and (name_key = ${nameKey} or alias_key = ${aliasKey})
    union all select guid, name_key from directory_group
      where tenant = ${tenant} and (name_key = ${nameKey} or alias_key = ${aliasKey})`)
  const other = taken.find(({ guid }) => guid !== own)
  if (other) refuseTaken(other.name_key === nameKey ? 'Name' : 'Alias')
}
