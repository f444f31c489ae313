import { isoDateTime } from '../../../core/time.ts'
import type { Route } from '../../../core/http.ts'
import { refuse } from '../../../core/refusal.ts'
import type { KeyOnRing } from '../../../domain/tokens/types.ts'
import { operatorRoute } from '../administrator.ts'
import type { PortalDeps } from '../deps.ts'

/**
 * `Get-SigningKey`, `New-SigningKey`, `Remove-SigningKey`: the keys are the installation's, as all tenants' tokens are
 * signed with them.
 */
export const signingKeyRoutes = (deps: PortalDeps): readonly Route[] => [
  operatorRoute(deps, 'GET /postern/v1/signing-keys', async () => {
    return { status: 200, body: { value: (await deps.signingKeys.all()).map(shown) } }
  }),

  operatorRoute(deps, 'POST /postern/v1/signing-keys', async (request, caller) => {
    const made = await deps.signingKeys.rotate({ immediately: immediatelyFrom(request.body) })
    request.log.info({ kid: made.kid, app: caller.appId }, 'a signing key was asked for')
    return { status: 201, body: shown(made) }
  }),

  operatorRoute(deps, 'DELETE /postern/v1/signing-keys/:kid', async (request, caller) => {
    const kid = request.params.kid!
    await deps.signingKeys.revoke(kid)
    request.log.warn({ kid, app: caller.appId }, 'a signing key was taken back')
    return { status: 204 }
  }),
]

function immediatelyFrom(body: Uint8Array): boolean {
  try {
    const { immediately } = JSON.parse(Buffer.from(body).toString('utf8')) as { immediately?: unknown }
    if (typeof immediately === 'boolean') return immediately
  } catch {
    return wrongBody()
  }
  return wrongBody()
}

const wrongBody = (): never =>
  refuse('bad-syntax', 'The request body has to be {"immediately":true} or {"immediately":false}.')

const shown = (key: KeyOnRing) => ({
  ...key,
  created: isoDateTime(key.created),
  signsFrom: isoDateTime(key.signsFrom),
  ends: isoDateTime(key.ends),
})
