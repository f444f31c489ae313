import type { AppId, AppObjectId, Guid, TenantId } from '../../../core/ids.ts'
import { refuse } from '../../../core/refusal.ts'
import { ask, askOne, sql } from '../../../storage/engine.ts'
import { lockedApp } from './app-row.ts'
import { CREDENTIALS, keyOf } from '../audit/credentials.ts'
import { appTarget, unvalued, valued } from '../audit/audit-event.ts'
import { insertCertificate, readCertificate } from './certificates.ts'
import type { DirectoryTx } from '../directory-tx.ts'
import { checkCount, limits } from '../limits.ts'
import { fold } from '../names.ts'
import { refuseUnknownObject } from '../refusals.ts'
import type { Directory } from '../types.ts'

/** One certificate more or less, whatever else is done to the list at the same time. */
export function createCertificateChanges(
  ledger: DirectoryTx,
): Pick<Directory['apps'], 'addCertificate' | 'removeCertificate'> {
  const appIdOf = async (tenant: TenantId, id: AppObjectId) =>
    (
      await ledger.first<{ app_id: AppId }>(
        sql`select app_id from directory_app where tenant = ${tenant} and id = ${fold(id)}`,
      )
    )?.app_id ?? refuseUnknownObject(id)

  return {
    async addCertificate(tenant, id, given) {
      const certificate = readCertificate(ledger.world.guid(), given)
      const entry = { what: 'certificate added', subject: await appIdOf(tenant, id) }
      await ledger.write(tenant, entry, function* (_, tell) {
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
      await ledger.write(tenant, entry, function* (_, tell) {
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
