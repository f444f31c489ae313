import { noContent, ok } from '../answers.ts'
import { readKeyCredential } from '../application-payload.ts'
import { badRequest, speaking } from '../errors.ts'
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
    await call.directory.apps.checkMayChange(call.caller.tenant, app.appId)
    const payload = payloadOf(request, 'KeyCredential').only(['keyCredential', 'passwordCredential', 'proof'])
    const wanted = readKeyCredential(payload.needObject('keyCredential'), undefined)
    if (payload.raw('passwordCredential') !== undefined) {
      badRequest("The property 'passwordCredential' must be null for a key of this type.", 'Request_BadRequest')
    }
    checkProof(app, payload.needText('proof'), now)
    const added = await call.directory.apps.addCertificate(call.caller.tenant, app.id, wanted)
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
    await call.directory.apps.checkMayChange(call.caller.tenant, app.appId)
    const payload = payloadOf(request, 'KeyCredential').only(['keyId', 'proof'])
    const keyId = payload.needText('keyId')
    checkProof(app, payload.needText('proof'), now)
    await speaking({ 'no-such-thing': 'Request_BadRequest' }, () =>
      call.directory.apps.removeCertificate(call.caller.tenant, app.id, keyId),
    )
    return noContent(request)
  },
})

export const applicationKeyRoutes = [addKey, removeKey]
