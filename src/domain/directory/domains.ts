import { createHash } from 'node:crypto'
import type { TenantId } from '../../core/ids.ts'
import { refuse } from '../../core/refusal.ts'
import { ask, askOne, sql, type Statements } from '../../storage/engine.ts'
import { type AuditEvent, changesBetween } from './audit/audit-event.ts'
import type { DirectoryTx } from './directory-tx.ts'
import { checkText, limits } from './limits.ts'
import { domainName, fold } from './names.ts'
import type { Domains, TenantDomain } from './objects.ts'
import { refuseFull } from './refusals.ts'

/** The TXT records of a DNS name: none if the name does not exist. */
export type TxtRecords = (name: string) => Promise<readonly string[]>

interface DomainDeps {
  /** Undefined where a domain needs no proof of ownership. */
  readonly txtRecords: TxtRecords | undefined
}

interface DomainRow {
  readonly name: string
  readonly accepted_name: string | null
  readonly created: number | null
  readonly is_default: number
}

/** RFC 2606, RFC 6761, RFC 6762, RFC 8375 and ICANN's `internal`: nobody owns a name under these in the public DNS. */
const unowned = /(?:^|\.)(?:test|example|invalid|localhost|local|internal|home\.arpa)$/

/** Text of the TXT record that proves the ownership of a domain: other for each tenant, the same at every request. */
export const verificationText = (tenant: TenantId, name: string): string =>
  `MS=ms${String(createHash('sha256').update(`${tenant} ${name}`).digest().readUInt32BE() % 100_000_000).padStart(8, '0')}`

export function createDomains(directoryTx: DirectoryTx, { txtRecords }: DomainDeps): Domains {
  const all = async (tenant: TenantId): Promise<readonly TenantDomain[]> => {
    const verified = await directoryTx.all<DomainRow>(domainRows(tenant))
    const waiting = await directoryTx.all<{ name: string; created: number }>(
      sql`select name, created from directory_unverified_domain where tenant = ${tenant} order by created, name`,
    )
    // The initial domain was added with the tenant, before any other.
    const [initial] = await directoryTx.all<{ name: string }>(initialDomain(tenant))
    return [
      ...verified.map((row) => ({
        name: row.name,
        acceptedName: row.accepted_name ?? row.name,
        isDefault: row.is_default === 1,
        isInitial: row.name === initial?.name,
        isVerified: true,
        created: row.created ?? undefined,
      })),
      ...waiting.map(({ name, created }) => ({ ...unverified(name), created })),
    ]
  }
  const known = async (tenant: TenantId, named: string): Promise<TenantDomain> =>
    (await all(tenant)).find(({ name }) => name === fold(named)) ?? refuseUnknownDomain(named)

  const take = (tenant: TenantId, name: string, acceptedName: string | undefined, event: AuditEvent['activity']) => {
    const at = directoryTx.world.now()
    return directoryTx.write(tenant, { what: 'domain added', subject: tenant }, function* (revision, tell) {
      yield* refuseFull(sql`directory_domain where tenant = ${tenant}`, limits.domains, TOO_MANY)
      if (acceptedName !== undefined) yield* refuseTakenName(tenant, acceptedName)
      yield* takeDomain(tenant, { name, acceptedName, revision, created: at })
      yield* ask(sql`delete from directory_unverified_domain where tenant = ${tenant} and name = ${name}`)
      tell({ activity: event, targets: [domainTarget(name)], changes: changesBetween({}, { name }) })
    })
  }

  const prove = async (tenant: TenantId, name: string): Promise<void> => {
    if (txtRecords === undefined || unowned.test(name)) return
    const text = verificationText(tenant, name)
    if ((await txtRecords(name)).includes(text)) return
    refuse(
      'wrong-state',
      `Domain verification failed with the following error: the TXT record '${text}' was not found in the DNS zone of '${name}'.`,
      { property: 'domain' },
    )
  }

  return {
    all,

    async add(tenant, domain) {
      const name = domainName(domain)
      const at = directoryTx.world.now()
      await directoryTx.write(tenant, { what: 'unverified domain added', subject: tenant }, function* (_, tell) {
        yield* refuseFull(sql`directory_unverified_domain where tenant = ${tenant}`, limits.domains, TOO_MANY)
        if (yield* isVerifiedIn(tenant, name)) refuseTakenDomain()
        const added = yield* ask(sql`insert into directory_unverified_domain (tenant, name, created)
          values (${tenant}, ${name}, ${at}) on conflict (tenant, name) do nothing returning name`)
        if (added.length === 0) refuseTakenDomain()
        tell({ activity: 'Add unverified domain', targets: [domainTarget(name)] })
      })
      return { ...unverified(name), created: at }
    },

    verificationText: async (tenant, named) => verificationText(tenant, (await known(tenant, named)).name),

    async verify(tenant, named) {
      const { name, isVerified } = await known(tenant, named)
      if (isVerified) refuse('wrong-state', 'Domain is already verified.', { property: 'domain' })
      await prove(tenant, name)
      await take(tenant, name, undefined, 'Verify domain')
      return known(tenant, name)
    },

    async accept(tenant, { domain, acceptedName }) {
      const name = domainName(domain)
      const shown = checkText(acceptedName, 'Name', limits.acceptedName)
      const others = await all(tenant)
      if (others.some((it) => it.isVerified && (it.name === name || fold(it.acceptedName) === fold(shown)))) {
        refuseTakenDomain()
      }
      await prove(tenant, name)
      await take(tenant, name, shown, 'New-AcceptedDomain')
      const isDefault = false
      return { ...unverified(name), acceptedName: shown, isVerified: true, isDefault, created: directoryTx.world.now() }
    },

    async makeDefault(tenant, named) {
      const { name, isVerified } = await known(tenant, named)
      if (!isVerified) refuse('wrong-state', `The domain '${name}' is not verified.`, { property: 'isDefault' })
      await directoryTx.write(tenant, { what: 'default domain changed', subject: tenant }, function* (_, tell) {
        const before = yield* askOne<DomainRow>(domainRows(tenant))
        if (!(yield* isVerifiedIn(tenant, name))) refuseUnknownDomain(name)
        yield* ask(sql`update directory_tenant set default_domain = ${name} where id = ${tenant}`)
        const changes = changesBetween({ defaultDomain: before?.name }, { defaultDomain: name })
        tell({ activity: 'Set company information', targets: [domainTarget(name)], changes })
      })
    },

    async remove(tenant, named) {
      const { name, isVerified } = await known(tenant, named)
      await directoryTx.write(tenant, { what: 'domain removed', subject: tenant }, function* (_, tell) {
        if (isVerified) {
          yield* refuseInUse(tenant, name)
          yield* ask(sql`delete from directory_domain where tenant = ${tenant} and name = ${name}`)
        } else {
          yield* ask(sql`delete from directory_unverified_domain where tenant = ${tenant} and name = ${name}`)
        }
        tell({
          activity: isVerified ? 'Remove verified domain' : 'Remove unverified domain',
          targets: [domainTarget(name)],
        })
      })
    },
  }
}

const TOO_MANY = `A tenant has at most ${limits.domains} domains.`

const unverified = (name: string) => ({
  name,
  acceptedName: name,
  isDefault: false,
  isInitial: false,
  isVerified: false,
})

const domainTarget = (name: string) => ({ type: 'Other', id: name, displayName: name }) as const

/** The verified domains of a tenant: the default one first, then in the order in which they were added. */
export const domainRows = (tenant: TenantId) => sql`select d.name, d.accepted_name, d.created,
    case when d.name = coalesce(t.default_domain, (select f.name from directory_domain f where f.tenant = d.tenant
      order by f.revision, f.name limit 1)) then 1 else 0 end as is_default
  from directory_domain d join directory_tenant t on t.id = d.tenant
  where d.tenant = ${tenant} order by is_default desc, d.revision, d.name`

/** The domain that the tenant was created with. */
export const initialDomain = (tenant: TenantId) =>
  sql`select name from directory_domain where tenant = ${tenant} order by revision, name limit 1`

/** Inside a write: the domains in which the tenant may have addresses, the default one first. */
export function* domainsOf(tenant: TenantId): Statements<readonly string[]> {
  return (yield* ask<DomainRow>(domainRows(tenant))).map(({ name }) => name)
}

/** Inside a write. No lock spans tenants, so the row itself decides which tenant was first. */
export function* takeDomain(
  tenant: TenantId,
  made: { name: string; acceptedName?: string | undefined; revision: number; created: number },
): Statements<void> {
  const { name, acceptedName = null, revision, created } = made
  const taken = yield* ask(sql`insert into directory_domain (name, tenant, revision, accepted_name, created)
    values (${name}, ${tenant}, ${revision}, ${acceptedName}, ${created}) on conflict (name) do nothing returning name`)
  if (taken.length === 0) {
    refuse('already-exists', `The domain '${name}' belongs to another tenant`, { property: 'domain' })
  }
}

/** Inside the write: another node may have added a domain of that name since it was looked up. */
function* refuseTakenName(tenant: TenantId, acceptedName: string): Statements<void> {
  const rows = yield* ask<DomainRow>(domainRows(tenant))
  if (rows.some((row) => fold(row.accepted_name ?? row.name) === fold(acceptedName))) refuseTakenDomain()
}

function* isVerifiedIn(tenant: TenantId, name: string): Statements<boolean> {
  return (
    (yield* askOne(sql`select name from directory_domain where tenant = ${tenant} and name = ${name}`)) !== undefined
  )
}

const refuseUnknownDomain = (named: string): never =>
  refuse('no-such-thing', `Resource '${named.slice(0, 253)}' does not exist.`, { property: 'domain' })

/** Graph's sentence for an object that exists already. */
const refuseTakenDomain = (): never =>
  refuse(
    'already-exists',
    'A conflicting object with one or more of the specified property values is present in the directory.',
    { property: 'domain' },
  )

/** Inside a write: refuses the initial and the default domain, and a domain that a name or an address is in. */
function* refuseInUse(tenant: TenantId, name: string): Statements<void> {
  const [initial] = yield* ask<{ name: string }>(initialDomain(tenant))
  if (initial?.name === name) refuse('wrong-state', `The initial domain '${name}' can't be removed.`)
  const [first] = yield* domainsOf(tenant)
  if (first === name) {
    refuse('wrong-state', `The default domain '${name}' can't be removed: make another domain the default one first.`)
  }
  const ending = `%@${name}`
  const found = yield* askOne<{ held: string }>(sql`
    select upn as held from directory_user where tenant = ${tenant} and upn_key like ${ending}
    union all select address_key from directory_address where tenant = ${tenant} and address_key like ${ending}
    union all select address_key from directory_group_address where tenant = ${tenant} and address_key like ${ending}
    union all select uri_key from directory_app_uri where tenant = ${tenant}
      and (uri_key like ${`%://${name}`} or uri_key like ${`%://${name}/%`})
    limit 1`)
  if (found) {
    refuse('wrong-state', `The domain '${name}' can't be removed: it is still in use, for example by '${found.held}'.`)
  }
}
