import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import { signingInput, writeJws } from '../../src/codecs/jwt/jws.ts'
import { issue } from './authority.ts'

export interface ListeningIssuer {
  readonly issuer: string
  /** PEM of the authority that vouches for it. */
  readonly ca: string
  readonly publicKey: KeyObject
  /** The paths that it was asked for. */
  readonly asked: readonly string[]
  /** Its word. */
  sign(claims: Readonly<Record<string, unknown>>): string
}

/** An outside issuer on this machine, over HTTPS. */
export async function listeningIssuer(): Promise<ListeningIssuer> {
  const now = Date.now()
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const authority = await issue({ name: 'CN=Outside', now, authority: true })
  const { privatePem: key, pem: cert } = await issue({ name: 'CN=issuer', now, dnsNames: ['localhost'] }, authority)
  const asked: string[] = []
  const server = createServer({ key, cert }, ({ url = '' }, response) => {
    asked.push(url)
    const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'one', alg: 'RS256', use: 'sig' }
    const document = { issuer, jwks_uri: `${issuer}/keys` }
    response.end(JSON.stringify(url.endsWith('/keys') ? { keys: [jwk] } : document))
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve())
  })
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const issuer = `https://localhost:${(server.address() as AddressInfo).port}/tenant`
  return {
    issuer,
    ca: authority.pem,
    publicKey,
    asked,
    sign(claims) {
      const input = signingInput({ alg: 'RS256', kid: 'one' }, { iss: issuer, ...claims })
      return writeJws(input, sign('sha256', Buffer.from(input), privateKey))
    },
  }
}
