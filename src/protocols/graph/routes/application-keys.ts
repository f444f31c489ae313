import type { App, AppCertificate, NewCertificate } from '../../../domain/directory/types.ts'
import { noContent, ok } from '../answers.ts'
import { readKeyCredential } from '../application-payload.ts'
import { badRequest } from '../errors.ts'
import { type GraphCall, graphRoute } from '../graph-route.ts'
import { objectKey } from '../key-segments.ts'
import { appIn } from '../objects.ts'
import { ownsApp } from '../ownership.ts'
import { payloadOf } from '../payload.ts'
import { writeApplications } from '../permissions.ts'
import { checkProof } from '../proof.ts'
import { keyCredential } from '../shapes/credentials.ts'

/** An app needs no permission to change its own keys: the proof is enough. */
async function isOwnApp({ caller, directory, request }: GraphCall): Promise<boolean> {
  if (caller.kind !== 'app') return false
  const own = await directory.apps.find(caller.tenant, { appId: caller.appId })
  const [named = ''] = Object.values(objectKey(request.params.id ?? ''))
  return own !== undefined && [own.id, own.appId].some((id) => id === named.toLowerCase())
}

const addKey = graphRoute('POST /applications/:id/addKey', {
  needs: writeApplications,
  exempts: async (call) => (await isOwnApp(call)) || ownsApp(call),
  run: async (call) => {
    const { request, now } = call
    const app = await appIn(call)
    const payload = payloadOf(request, 'KeyCredential').only(['keyCredential', 'passwordCredential', 'proof'])
    const wanted = readKeyCredential(payload.needObject('keyCredential'), undefined)
    if (payload.raw('passwordCredential') !== undefined) {
      badRequest("The property 'passwordCredential' must be null for a key of this type.", 'Request_BadRequest')
    }
    checkProof(app, payload.needText('proof'), now)
    const changed = await withKeys(call, app, [...app.certificates.map(asGiven), wanted])
    const before = new Set(app.certificates.map(({ keyId }) => keyId))
    const added = changed.certificates.find(({ keyId }) => !before.has(keyId))
    if (added === undefined) return badRequest('The key credential is there already.', 'Request_BadRequest')
    return ok(request, {
      '@odata.context': `${request.base}/v1.0/$metadata#microsoft.graph.keyCredential`,
      ...keyCredential(added, false),
    })
  },
})

const removeKey = graphRoute('POST /applications/:id/removeKey', {
  needs: writeApplications,
  exempts: async (call) => (await isOwnApp(call)) || ownsApp(call),
  run: async (call) => {
    const { request, now } = call
    const app = await appIn(call)
    const payload = payloadOf(request, 'KeyCredential').only(['keyId', 'proof'])
    const keyId = payload.needText('keyId').toLowerCase()
    checkProof(app, payload.needText('proof'), now)
    const rest = app.certificates.filter((certificate) => certificate.keyId !== keyId)
    if (rest.length === app.certificates.length) {
      badRequest(`No credentials found to be removed: '${keyId.slice(0, 64)}'.`, 'Request_BadRequest')
    }
    await withKeys(call, app, rest.map(asGiven))
    return noContent(request)
  },
})

export const applicationKeyRoutes = [addKey, removeKey]

const withKeys = ({ directory, caller }: GraphCall, app: App, certificates: readonly NewCertificate[]): Promise<App> =>
  directory.apps.update(caller.tenant, app.id, { certificates })

const asGiven = ({ der, type, usage, displayName }: AppCertificate): NewCertificate => ({
  der,
  type,
  usage,
  ...(displayName === undefined ? {} : { displayName }),
})
