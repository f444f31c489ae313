import { describe, expect, it } from 'vitest'
import { opened } from '../../attacks/forge.ts'
import { EXCHANGE, AttackSetup } from '../../attacks/attack-setup.ts'
import { type AtEnd, openOnce } from '../../support/lifecycle.ts'

async function idToken(atEnd: AtEnd) {
  const scene = await AttackSetup.open({}, undefined, atEnd)
  const scope = `openid profile email ${EXCHANGE}/IMAP.AccessAsUser.All`
  const answer = (await scene.redeem(await scene.code({ scope, nonce: 'once' }))).json<Record<string, string>>()
  return { scene, ...opened(answer.id_token!), access: opened(answer.access_token!).claims }
}

type Got = Awaited<ReturnType<typeof idToken>>

const shared = openOnce(idToken)

describe('an ID token has', () => {
  it.each<[string, (got: Got) => void]>([
    ['aud, the client id', ({ claims, scene }) => expect(claims.aud).toBe(scene.mailer.id)],
    [
      'iss, iat, nbf, exp and ver 2.0',
      ({ claims, scene }) => {
        expect(claims).toMatchObject({ iss: `https://localhost:8443/${scene.context.tenant.id}/v2.0`, ver: '2.0' })
        expect(Number(claims.exp)).toBeGreaterThan(Number(claims.iat))
        expect(claims.nbf).toBe(claims.iat)
      },
    ],
    [
      'aio, rh and uti, opaque',
      ({ claims }) =>
        expect([claims.aio, claims.rh, claims.uti]).toEqual(Array(3).fill(expect.stringMatching(/^\S+$/))),
    ],
    [
      'name and preferred_username',
      ({ claims }) => expect(claims).toMatchObject({ name: 'ada', preferred_username: 'ada@contoso.test' }),
    ],
    ['email, where that is asked for', ({ claims }) => expect(claims.email).toBe('ada@contoso.test')],
    ['nonce, that of the request', ({ claims }) => expect(claims.nonce).toBe('once')],
    [
      'oid and tid, the person’s and the tenant’s',
      ({ claims, scene }) => expect(claims).toMatchObject({ oid: scene.ada.id, tid: scene.context.tenant.id }),
    ],
    [
      'sub, the same as in access tokens for the app, and not the person’s id',
      ({ claims, access, scene }) => {
        expect(claims.sub).toBe(access.sub)
        expect(claims.sub).not.toBe(scene.ada.id)
      },
    ],
    [
      'sid, the session',
      ({ claims, access }) => {
        expect(claims.sid).toMatch(/^[\da-f-]{36}$/)
        expect(claims.sid).toBe(access.sid)
      },
    ],
  ])('%s', (_, holds) => holds(shared()))
})

it('domain_hint is taken and changes nothing', async () => {
  const scene = await AttackSetup.open()
  const plain = await scene.browser().get(scene.authorizeUrl())
  const hinted = await scene.browser().get(scene.authorizeUrl({ domain_hint: 'contoso.test' }))
  expect([hinted.status, hinted.title, hinted.text]).toEqual([plain.status, plain.title, plain.text])
})
