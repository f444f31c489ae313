import { constants, verify, X509Certificate } from 'node:crypto'
import { type Jws, readJws } from '../../../codecs/jwt/jws.ts'
import { refuse } from '../../../core/refusal.ts'
import type { App, AppCertificate } from '../../../domain/directory/types.ts'
import { noContent, ok } from '../answers.ts'
import { badRequest, withCodes } from '../errors.ts'
import { type GraphCall, graphRoute } from '../graph-route.ts'
import { appIn, objectKey, ownsApp } from '../objects.ts'
import { payloadOf, readKeyCredential } from '../payload.ts'
import { keyCredential, passwordCredential } from '../shapes/application.ts'
import { azureAdGraph } from '../../../core/well-known/resources.ts'

const addPassword = graphRoute('POST /applications/:id/addPassword', {
  needs: 'writeApplications',
  exempts: ownsApp,
  run: async (call) => {
    const { caller, directory, request } = call
    const app = await appIn(call)
    const requested = request.body.length === 0 ? undefined : payloadOf(request, 'PasswordCredential')
    const credential = requested?.object('passwordCredential')
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
  needs: 'writeApplications',
  exempts: ownsApp,
  run: async (call) => {
    const { caller, directory, request } = call
    const app = await appIn(call)
    const keyId = payloadOf(request, 'PasswordCredential').needText('keyId')
    await withCodes({ 'no-such-thing': 'Request_BadRequest' }, () =>
      directory.apps.removeSecret(caller.tenant, app.id, keyId),
    )
    return noContent(request)
  },
})

export const applicationPasswordRoutes = [addPassword, removePassword]

/** An app needs no permission to change its own keys: it proves that it has one. */
async function isOwnApp({ caller, directory, request }: GraphCall): Promise<boolean> {
  if (caller.kind !== 'app') return false
  const own = await directory.apps.find(caller.tenant, { appId: caller.appId })
  const [named = ''] = Object.values(objectKey(request.params.id ?? ''))
  return own !== undefined && [own.id, own.appId].some((id) => id === named.toLowerCase())
}

const addKey = graphRoute('POST /applications/:id/addKey', {
  needs: 'writeApplications',
  exempts: async (call) => (await isOwnApp(call)) || ownsApp(call),
  run: async (call) => {
    const { request, now } = call
    const app = await appIn(call)
    await call.directory.apps.checkMayChange(call.caller.tenant, app.appId)
    const payload = payloadOf(request, 'KeyCredential').only(['keyCredential', 'passwordCredential', 'proof'])
    const requested = readKeyCredential(payload.needObject('keyCredential'), undefined)
    if (payload.raw('passwordCredential') !== undefined) {
      badRequest("The property 'passwordCredential' must be null for a key of this type.", 'Request_BadRequest')
    }
    checkProof(app, payload.needText('proof'), now)
    const added = await call.directory.apps.addCertificate(call.caller.tenant, app.id, requested)
    return ok(request, {
      '@odata.context': `${request.base}/v1.0/$metadata#microsoft.graph.keyCredential`,
      ...keyCredential(added, false),
    })
  },
})

const removeKey = graphRoute('POST /applications/:id/removeKey', {
  needs: 'writeApplications',
  exempts: async (call) => (await isOwnApp(call)) || ownsApp(call),
  run: async (call) => {
    const { request, now } = call
    const app = await appIn(call)
    await call.directory.apps.checkMayChange(call.caller.tenant, app.appId)
    const payload = payloadOf(request, 'KeyCredential').only(['keyId', 'proof'])
    const keyId = payload.needText('keyId')
    checkProof(app, payload.needText('proof'), now)
    await withCodes({ 'no-such-thing': 'Request_BadRequest' }, () =>
      call.directory.apps.removeCertificate(call.caller.tenant, app.id, keyId),
    )
    return noContent(request)
  },
})

export const applicationKeyRoutes = [addKey, removeKey]

/** Seconds between `nbf` and `exp`. */
const LONGEST_LIFE = 600
/** Seconds that clocks may differ. */
const SKEW = 300

/** Padding by `alg`. Only these are supported, which excludes `none` and HMAC with a public key. */
const paddings: Readonly<Record<string, { padding: number; saltLength?: number }>> = {
  RS256: { padding: constants.RSA_PKCS1_PADDING },
  PS256: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST },
}

/**
 * Verifies the proof that the caller has the key of one of the app's certificates: a JWT signed with it, from the app,
 * for the directory, valid for at most ten minutes (docs/reference/identity.md §10.1; Graph's "proof of possession
 * tokens for rolling keys").
 */
function checkProof(app: App, proof: string, now: number): void {
  const jws = readJws(proof) ?? refuseProof('It is not a signed token in compact form.')
  checkClaims(jws, app, now / 1000)
  const valid = app.certificates.filter(({ starts, ends }) => starts <= now && now < ends)
  if (!valid.some((certificate) => isSignedBy(jws, certificate))) {
    refuseProof('It is not signed with the key of a valid certificate of the application.')
  }
}

function checkClaims({ claims }: Jws, app: App, now: number): void {
  const { aud, iss, nbf, exp, iat } = claims
  if (aud !== azureAdGraph) refuseProof(`The audience has to be ${azureAdGraph}.`)
  if (typeof iss !== 'string' || ![app.id, app.appId].some((id) => id === iss.toLowerCase())) {
    refuseProof('The issuer has to be the application.')
  }
  const starts = nbf ?? iat
  if (typeof starts !== 'number' || typeof exp !== 'number' || exp - starts > LONGEST_LIFE) {
    refuseProof('Its lifetime has to be 10 minutes at most.')
  } else if (now >= exp + SKEW || now < starts - SKEW) {
    refuseProof('It has expired, or is not valid yet.')
  }
}

function isSignedBy({ header, signed, signature }: Jws, certificate: AppCertificate): boolean {
  const { alg, crit } = header
  const padding = typeof alg === 'string' && Object.hasOwn(paddings, alg) ? paddings[alg] : undefined
  if (!padding || crit !== undefined) return false
  const key = new X509Certificate(certificate.der).publicKey
  return verify('sha256', signed, { key, ...padding }, signature)
}

const refuseProof = (why: string): never =>
  refuse('not-signed-in', `The proof of possession is not valid. ${why}`, {
    graph: 'Authentication_MissingOrMalformed',
  })
