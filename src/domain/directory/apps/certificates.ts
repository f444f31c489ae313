import { createHash, X509Certificate } from 'node:crypto'
import type { AppId, AppObjectId, Guid, TenantId } from '../../../core/ids.ts'
import { refuse } from '../../../core/refusal.ts'
import type { World } from '../../../core/world.ts'
import { ask, askOne, inARow, listOf, sql, type Statements } from '../../../storage/engine.ts'
import { appTarget, CREDENTIALS, keyOf, unvalued, valued } from '../audit/audit-event.ts'
import type { DirectoryTx } from '../directory-tx.ts'
import { checkCount, checkOptionalText, limits } from '../limits.ts'
import { fold } from '../names.ts'
import { groupedBy } from '../pages.ts'
import { refuseUnknownObject } from '../refusals.ts'
import type { AppCertificate, Directory, NewCertificate } from '../types.ts'
import { lockedApp } from './app-row.ts'

const SHORTEST_MODULUS = 2048

/**
 * Reads certificates, DER or PEM, for an app's list; one that is given twice counts once.
 * Refuses `bad-syntax` for what is no X.509 certificate of an RSA key of 2048 bits or more.
 */
export function readCertificates(world: World, given: readonly NewCertificate[]): readonly AppCertificate[] {
  checkCount(given, 'keyCredentials', limits.certificatesPerApp)
  const read = given.map((certificate) => readCertificate(world.guid(), certificate))
  return [...new Map(read.map((certificate) => [certificate.sha256, certificate])).values()]
}

function readCertificate(keyId: Guid, given: NewCertificate): AppCertificate {
  const certificate = parse(given.der)
  checkKey(certificate)
  const der = new Uint8Array(certificate.raw)
  const thumbprint = (algorithm: string) => createHash(algorithm).update(der).digest('hex')
  return {
    keyId,
    displayName:
      given.displayName === undefined
        ? undefined
        : checkOptionalText(given.displayName, 'displayName', limits.displayName),
    type: checkOptionalText(given.type ?? 'AsymmetricX509Cert', 'type', limits.shortText),
    usage: checkOptionalText(given.usage ?? 'Verify', 'usage', limits.shortText),
    der,
    sha1: thumbprint('sha1'),
    sha256: thumbprint('sha256'),
    starts: certificate.validFromDate.getTime(),
    ends: certificate.validToDate.getTime(),
  }
}

function parse(bytes: Uint8Array): X509Certificate {
  if (bytes.length > limits.certificateOctets) refuseKey('Key credential is too large.')
  try {
    return new X509Certificate(bytes)
  } catch {
    return refuseKey('Key credential is not an X.509 certificate.')
  }
}

function checkKey(certificate: X509Certificate): void {
  const key = certificatesKeyOf(certificate)
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0
  if (key.asymmetricKeyType !== 'rsa' || bits < SHORTEST_MODULUS) {
    refuseKey(`Key credential must hold an RSA key of ${SHORTEST_MODULUS} bits or more.`)
  }
}

function certificatesKeyOf(certificate: X509Certificate): X509Certificate['publicKey'] {
  try {
    return certificate.publicKey
  } catch {
    return refuseKey('Key credential holds a key of an unknown kind.')
  }
}

const refuseKey = (text: string): never => refuse('bad-syntax', text, { property: 'keyCredentials' })

interface CertificateRow {
  readonly app: AppObjectId
  readonly key_id: Guid
  readonly display_name: string | null
  readonly type: string
  readonly usage: string
  readonly der: Uint8Array
  readonly sha1: string
  readonly sha256: string
  readonly starts: number
  readonly ends: number
}

/** Those of each app, in one look. */
export async function certificatesOf(
  directoryTx: DirectoryTx,
  apps: readonly AppObjectId[],
): Promise<ReadonlyMap<AppObjectId, readonly AppCertificate[]>> {
  if (apps.length === 0) return new Map()
  const rows = await directoryTx.all<CertificateRow>(
    inARow(
      sql`select app, key_id, display_name, type, usage, der, sha1, sha256, starts, ends
        from directory_certificate where app in (`,
      listOf(apps),
      sql`) order by app, place`,
    ),
  )
  return groupedBy(rows, ({ app }) => app, certificateOf)
}

const certificateOf = (row: CertificateRow): AppCertificate => ({
  keyId: row.key_id,
  displayName: row.display_name ?? undefined,
  type: row.type,
  usage: row.usage,
  der: row.der,
  sha1: row.sha1,
  sha256: row.sha256,
  starts: row.starts,
  ends: row.ends,
})

/** Inside a write: puts the list in place of the app's own. A certificate that was there keeps its keyId. */
export function* replaceCertificates(app: AppObjectId, list: readonly AppCertificate[]): Statements<void> {
  const old = yield* ask<{ key_id: Guid; sha256: string }>(
    sql`select key_id, sha256 from directory_certificate where app = ${app}`,
  )
  const keyIds = new Map(old.map((row) => [row.sha256, row.key_id]))
  yield* removeCertificates(app)
  for (const [place, one] of list.entries()) {
    yield* insertCertificate(app, { ...one, keyId: keyIds.get(one.sha256) ?? one.keyId }, place)
  }
}

/** Inside a write. */
function* insertCertificate(app: AppObjectId, one: AppCertificate, place: number): Statements<void> {
  yield* ask(sql`insert into directory_certificate (key_id, app, display_name, type, usage, der, sha1, sha256, starts,
      ends, place)
    values (${one.keyId}, ${app}, ${one.displayName ?? null}, ${one.type}, ${one.usage}, ${one.der}, ${one.sha1},
      ${one.sha256}, ${one.starts}, ${one.ends}, ${place})`)
}

export function* removeCertificates(app: AppObjectId): Statements<void> {
  yield* ask(sql`delete from directory_certificate where app = ${app}`)
}

/** One certificate more or less, whatever else is done to the list at the same time. */
export function createCertificateChanges(
  directoryTx: DirectoryTx,
): Pick<Directory['apps'], 'addCertificate' | 'removeCertificate'> {
  const appIdOf = async (tenant: TenantId, id: AppObjectId) =>
    (
      await directoryTx.first<{ app_id: AppId }>(
        sql`select app_id from directory_app where tenant = ${tenant} and id = ${fold(id)}`,
      )
    )?.app_id ?? refuseUnknownObject(id)

  return {
    async addCertificate(tenant, id, given) {
      const certificate = readCertificate(directoryTx.world.guid(), given)
      const entry = { what: 'certificate added', subject: await appIdOf(tenant, id) }
      await directoryTx.write(tenant, entry, function* (_, tell) {
        const app = yield* lockedApp(tenant, id)
        const held = yield* ask<{ sha256: string; place: number }>(
          sql`select sha256, place from directory_certificate where app = ${app.id} order by place`,
        )
        if (held.some(({ sha256 }) => sha256 === certificate.sha256)) {
          refuse('already-exists', 'The key credential is there already.', { property: 'keyCredentials' })
        }
        yield* insertCertificate(app.id, certificate, (held.at(-1)?.place ?? -1) + 1)
        checkCount([...held, certificate], 'keyCredentials', limits.certificatesPerApp)
        const key = keyOf(certificate, 'AsymmetricX509Cert')
        tell({ activity: CREDENTIALS, targets: [appTarget(app)], changes: [valued('KeyDescription', [key])] })
      })
      return certificate
    },

    async removeCertificate(tenant, id, keyId) {
      const entry = { what: 'certificate removed', subject: await appIdOf(tenant, id) }
      await directoryTx.write(tenant, entry, function* (_, tell) {
        const app = yield* lockedApp(tenant, id)
        const gone =
          (yield* askOne<{ key_id: Guid; display_name: string | null }>(sql`delete from directory_certificate
            where app = ${app.id} and key_id = ${fold(keyId)} returning key_id, display_name`)) ??
          refuse('no-such-thing', `No credentials found to be removed: '${keyId.slice(0, 64)}'.`, { property: 'keyId' })
        const key = keyOf({ keyId: gone.key_id, displayName: gone.display_name ?? undefined }, 'AsymmetricX509Cert')
        tell({ activity: CREDENTIALS, targets: [appTarget(app)], changes: [unvalued('KeyDescription', [key])] })
      })
    },
  }
}
