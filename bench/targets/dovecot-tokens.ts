import { createPrivateKey, generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto'
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import path from 'node:path'

/** Signs the tokens that a Dovecot accepts: the algorithm and, roughly, the size of the ones that Postern issues. */
export class DovecotTokens {
  readonly #key: KeyObject

  private constructor(key: KeyObject) {
    this.#key = key
  }

  /** Keeps the private key in `folder`, and the public one where the configuration looks for it. */
  static async open(folder: string): Promise<DovecotTokens> {
    const file = path.join(folder, 'token.key')
    if (!existsSync(file)) await makeKeys(folder, file)
    return new DovecotTokens(createPrivateKey(await readFile(file)))
  }

  /** Dovecot compares the claim `email` with who signs in; lists among the claims crash its authentication process. */
  issue(user: string): string {
    const now = Math.floor(Date.now() / 1000)
    const claims = {
      aud: 'https://outlook.office365.com',
      iss: 'https://bench.test/',
      iat: now - 60,
      nbf: now - 60,
      exp: now + 86_400,
      sub: randomUUID(),
      email: user,
      scp: 'IMAP.AccessAsApp POP.AccessAsApp',
      uti: randomUUID(),
    }
    const signed = `${encoded({ alg: 'RS256', typ: 'JWT' })}.${encoded(claims)}`
    return `${signed}.${sign('sha256', Buffer.from(signed), this.#key).toString('base64url')}`
  }
}

const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** Dovecot looks for a key under azp, algorithm and kid, each of them "default" where a token names none. */
async function makeKeys(folder: string, file: string): Promise<void> {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const shelf = path.join(folder, 'keys', 'default', 'RS256')
  await mkdir(shelf, { recursive: true })
  await writeFile(path.join(shelf, 'default'), publicKey.export({ type: 'spki', format: 'pem' }))
  await chmod(path.join(shelf, 'default'), 0o644)
  await writeFile(file, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 })
}
