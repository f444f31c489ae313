import { noContent, ok } from '../answers.ts'
import { speaking } from '../errors.ts'
import { graphRoute } from '../graph-route.ts'
import { appIn } from '../objects.ts'
import { ownsApp } from '../ownership.ts'
import { payloadOf } from '../payload.ts'
import { writeApplications } from '../permissions.ts'
import { passwordCredential } from '../shapes/credentials.ts'

const addPassword = graphRoute('POST /applications/:id/addPassword', {
  needs: writeApplications,
  exempts: ownsApp,
  run: async (call) => {
    const { caller, directory, request } = call
    const app = await appIn(call)
    const wanted = request.body.length === 0 ? undefined : payloadOf(request, 'PasswordCredential')
    const credential = wanted?.object('passwordCredential')
    const displayName = credential?.text('displayName')
    const starts = credential?.time('startDateTime')
    const ends = credential?.time('endDateTime')
    const secret = await directory.apps.addSecret(caller.tenant, app.id, {
      ...(displayName === undefined ? {} : { displayName }),
      ...(starts === undefined ? {} : { starts }),
      ...(ends === undefined ? {} : { ends }),
    })
    return ok(request, {
      '@odata.context': `${request.base}/v1.0/$metadata#microsoft.graph.passwordCredential`,
      ...passwordCredential(secret, secret.value),
    })
  },
})

const removePassword = graphRoute('POST /applications/:id/removePassword', {
  needs: writeApplications,
  exempts: ownsApp,
  run: async (call) => {
    const { caller, directory, request } = call
    const app = await appIn(call)
    const keyId = payloadOf(request, 'PasswordCredential').needText('keyId')
    await speaking({ 'no-such-thing': 'Request_BadRequest' }, () =>
      directory.apps.removeSecret(caller.tenant, app.id, keyId),
    )
    return noContent(request)
  },
})

export const applicationPasswordRoutes = [addPassword, removePassword]
