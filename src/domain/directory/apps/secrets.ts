import { hash, timingSafeEqual } from 'node:crypto'
import type { AppId, AppObjectId, Guid } from '../../../core/ids.ts'
import { refuse } from '../../../core/refusal.ts'
import type { World } from '../../../core/world.ts'
import { ask, inARow, listOf, sql, type Statements } from '../../../storage/engine.ts'
import type { DirectoryTx } from '../directory-tx.ts'
import { checkOptionalText, limits } from '../limits.ts'
import { fold } from '../names.ts'
import { groupedBy } from '../pages.ts'
import { refuseFull } from '../refusals.ts'
import type { App, AppSecret, CredentialCheck, SecretCheck } from '../types.ts'

/** A secret before it is stored: the value that is shown once, and the values that are stored. */
export interface FreshSecret extends AppSecret {
  readonly value: string
  readonly salt: Uint8Array
  readonly hash: Uint8Array
}

// 64 characters, so six random bits select each without bias. No character needs quotes in a shell or a URL, and a
// value never begins with a dash.
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._'

/** The format of Entra's secrets, which secret scanners recognize: three characters, this mark, 34 more. */
const mark = '8Q~'

/** The longest text that is hashed for a comparison. */
const LONGEST_GUESS = 1024

const TWO_YEARS = 2

export function freshSecret(
  world: World,
  wanted: { displayName?: string; starts?: number; ends?: number },
): FreshSecret {
  const letters = Array.from(world.bytes(37), (byte) => alphabet[byte & 63]).join('')
  const value = `${letters.slice(0, 3)}${mark}${letters.slice(3)}`
  const salt = world.bytes(16)
  // An expiry in the past is allowed: tests of a program with an expired secret need it.
  const starts = wanted.starts ?? Math.min(world.now(), wanted.ends ?? world.now())
  const ends = wanted.ends ?? yearsOn(starts, TWO_YEARS)
  if (!isMoment(starts) || !isMoment(ends) || ends < starts) {
    refuse('bad-syntax', 'A password credential cannot end before it starts.', { property: 'endDateTime' })
  }
  return {
    keyId: world.guid(),
    displayName:
      wanted.displayName === undefined
        ? undefined
        : checkOptionalText(wanted.displayName, 'displayName', limits.displayName),
    hint: value.slice(0, 3),
    starts,
    ends,
    value,
    salt,
    hash: digest(salt, value),
  }
}

/** Whether a JavaScript date, and so every protocol, can express the time. */
const isMoment = (at: number): boolean => Number.isInteger(at) && Math.abs(at) <= 8.64e15

function yearsOn(from: number, years: number): number {
  const date = new Date(from)
  date.setUTCFullYear(date.getUTCFullYear() + years)
  return date.getTime()
}

/**
 * One round of SHA-256 is sufficient: a value has 222 random bits, so nobody can try all candidates, and every sign-in
 * pays the cost. A slow hash such as Argon2 is for passwords that people choose.
 */
const digest = (salt: Uint8Array, value: string): Uint8Array =>
  hash('sha256', Buffer.concat([salt, Buffer.from(value, 'utf8')]), 'buffer')

/** Inside a write. */
export function* insertSecret(app: AppObjectId, secret: FreshSecret, revision: number): Statements<void> {
  yield* refuseFull(
    sql`directory_secret where app = ${app}`,
    limits.secretsPerApp,
    `An application holds at most ${limits.secretsPerApp} secrets; remove one first.`,
    'passwordCredentials',
  )
  yield* ask(sql`insert into directory_secret (key_id, app, display_name, hint, salt, hash, starts, ends, revision)
    values (${secret.keyId}, ${app}, ${secret.displayName ?? null}, ${secret.hint}, ${secret.salt}, ${secret.hash},
      ${secret.starts}, ${secret.ends}, ${revision})`)
}

export function* removeSecrets(app: AppObjectId): Statements<void> {
  yield* ask(sql`delete from directory_secret where app = ${app}`)
}

/** The secrets of each app, from one query. */
export async function secretsOf(
  directoryTx: DirectoryTx,
  apps: readonly AppObjectId[],
): Promise<ReadonlyMap<AppObjectId, readonly AppSecret[]>> {
  if (apps.length === 0) return new Map()
  const rows = await directoryTx.all<{
    app: AppObjectId
    key_id: Guid
    display_name: string | null
    hint: string
    starts: number
    ends: number
  }>(
    inARow(
      sql`select app, key_id, display_name, hint, starts, ends from directory_secret where app in (`,
      listOf(apps),
      sql`) order by app, revision`,
    ),
  )
  return groupedBy(rows, ({ app }) => app, secretOf)
}

const secretOf = (row: {
  key_id: Guid
  display_name: string | null
  hint: string
  starts: number
  ends: number
}): AppSecret => ({
  keyId: row.key_id,
  displayName: row.display_name ?? undefined,
  hint: row.hint,
  starts: row.starts,
  ends: row.ends,
})

interface KeptSecret {
  readonly key_id: Guid
  readonly salt: Uint8Array
  readonly hash: Uint8Array
  readonly starts: number
  readonly ends: number
}

export const checkSecret = async (
  directoryTx: DirectoryTx,
  appId: AppId,
  value: string,
): Promise<ReturnType<SecretCheck>> =>
  judgeSecret(
    await directoryTx.all<KeptSecret>(sql`select s.key_id, s.salt, s.hash, s.starts, s.ends
      from directory_secret s join directory_app a on a.id = s.app where a.app_id = ${appId} order by s.revision`),
    value,
    directoryTx.world.now(),
  )

/** Compares with the secrets that the app has now. */
export async function secretCheck(directoryTx: DirectoryTx, { id }: Pick<App, 'id'>): Promise<SecretCheck> {
  const kept = await directoryTx.all<KeptSecret>(sql`select key_id, salt, hash, starts, ends
    from directory_secret where app = ${id} order by revision`)
  return (value) => judgeSecret(kept, value, directoryTx.world.now())
}

/** Always compares with every secret of the app, so the time reveals nothing. */
function judgeSecret(kept: readonly KeptSecret[], value: string, now: number): ReturnType<SecretCheck> {
  if (kept.length === 0) return { ok: false, because: 'no-credentials' }
  const guess = value.length <= LONGEST_GUESS ? value : ''
  const matching = kept.filter((secret) => timingSafeEqual(digest(secret.salt, guess), secret.hash))
  return matching.length > 0 ? judge(matching, now) : mistaken(kept, value)
}

function judge(matching: readonly KeptSecret[], now: number): CredentialCheck {
  const good = matching.find((secret) => secret.starts <= now && now < secret.ends)
  if (good) return { ok: true, keyId: good.key_id }
  return { ok: false, because: matching.some((secret) => secret.starts > now) ? 'not-yet-valid' : 'expired' }
}

function mistaken(kept: readonly KeptSecret[], value: string): CredentialCheck & { readonly keyIdGiven?: boolean } {
  const keyIdGiven = value.length <= LONGEST_GUESS && kept.some((secret) => secret.key_id === fold(value))
  return { ok: false, because: 'none-matches', ...(keyIdGiven ? { keyIdGiven } : {}) }
}
