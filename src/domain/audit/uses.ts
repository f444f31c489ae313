import { DAY } from '../../core/time.ts'
import type { AppId, Guid, TenantId } from '../../core/ids.ts'
import { ask, type Sql, sql, type Statements } from '../../storage/engine.ts'
import type { MailboxUse, SignIn, TryAfterEnd } from './types.ts'

/** Longer than a secret lives that nobody gave an end. */
const LONGEST_KEPT = 800 * DAY
/**
 * docs/reference/identity.md §8.2: the client secret has ended; and what is said of a certificate, whether it has or is
 * not good otherwise.
 */
const SECRET_ENDED = 7000222
const CERTIFICATE_REFUSED = 700027

/**
 * Of each mailbox that an app opened, and of each credential that it used, the last time; in the batch's transaction. A
 * later time that another node wrote stays.
 */
export function* keepUses(batch: readonly SignIn[]): Statements<void> {
  const granted = batch.filter(({ outcome }) => outcome === 'granted')
  for (const { tenant, appId, protocol, mailbox, at } of latest(granted.flatMap(openedMailbox))) {
    yield* ask(sql`insert into audit_mailbox_use (tenant, app_id, protocol, mailbox, at)
      values (${tenant}, ${appId}, ${protocol}, ${mailbox}, ${at})
      on conflict (tenant, app_id, protocol, mailbox) do update set at = ${at} where audit_mailbox_use.at < ${at}`)
  }
  for (const { keyId, at } of latest(granted.flatMap(usedCredential))) {
    yield* ask(sql`insert into audit_credential_use (key_id, at) values (${keyId}, ${at})
      on conflict (key_id) do update set at = ${at} where audit_credential_use.at < ${at}`)
  }
}

const openedMailbox = ({ tenant, app, protocol, mailbox, at }: SignIn) =>
  tenant && app && mailbox
    ? {
        key: `${tenant} ${app.appId} ${protocol} ${mailbox.toLowerCase()}`,
        tenant,
        appId: app.appId,
        protocol,
        mailbox: mailbox.toLowerCase(),
        at,
      }
    : []

const usedCredential = ({ credential, at }: SignIn) =>
  credential?.keyId ? { key: credential.keyId, keyId: credential.keyId, at } : []

const latest = <T extends { readonly key: string }>(uses: readonly T[]): readonly T[] => [
  ...new Map(uses.map((use) => [use.key, use])).values(),
]

export const mailboxUses = (engine: Sql, tenant: TenantId, appId: AppId): Promise<readonly MailboxUse[]> =>
  engine.all<MailboxUse>(sql`select protocol, mailbox, at from audit_mailbox_use
    where tenant = ${tenant} and app_id = ${appId} order by at desc, mailbox, protocol`)

export async function lastUse(engine: Sql, keyId: Guid): Promise<number | undefined> {
  const row = await engine.first<{ at: number }>(sql`select at from audit_credential_use where key_id = ${keyId}`)
  return row?.at
}

/** Who may have shown a credential that had ended. */
export async function triesAfterEnd(engine: Sql, tenant: TenantId, since: number): Promise<readonly TryAfterEnd[]> {
  const rows = await engine.all<{ app_id: AppId; credential_key: Guid | null; at: number; tries: number }>(
    sql`select app_id, credential_key, max(at) as at, sum(count) as tries from audit_sign_in
      where tenant = ${tenant} and at >= ${since} and outcome = 'refused' and app_id is not null
        and (error_code = ${SECRET_ENDED} or (error_code = ${CERTIFICATE_REFUSED} and credential_key is not null))
      group by app_id, credential_key order by max(at) desc, app_id, credential_key`,
  )
  return rows.map((row) => ({
    appId: row.app_id,
    keyId: row.credential_key ?? undefined,
    last: row.at,
    tries: row.tries,
  }))
}

/** Deletes uses that are too old to say anything about the future. */
export async function pruneUses(engine: Sql, now: number): Promise<void> {
  const oldest = now - LONGEST_KEPT
  await engine.write(function* () {
    yield* ask(sql`delete from audit_mailbox_use where at < ${oldest}`)
    yield* ask(sql`delete from audit_credential_use where at < ${oldest}`)
  })
}
