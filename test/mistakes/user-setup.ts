import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { encodePlain } from '../../src/codecs/sasl/plain.ts'
import { encodeXoauth2 } from '../../src/codecs/sasl/bearer.ts'
import { exchangeOnline } from '../../src/core/well-known/exchange-online.ts'
import type { RunningServer } from '../support/command-line.ts'
import type { Administrator } from '../system/administrator.ts'
import { ask, ClientSetup, type Protocol } from './client-setup.ts'

const PASSWORD = 'Correct horse battery staple'
const NEW_PASSWORD = 'Another horse, another battery'
const policySwitch = { imap: 'AllowBasicAuthImap', pop3: 'AllowBasicAuthPop', smtp: 'AllowBasicAuthSmtp' } as const

let count = 0

/** Somebody with a mailbox, a password, and a program that comes for them. */
export class UserSetup extends ClientSetup {
  readonly #admin: Administrator
  readonly address: string
  readonly id: string
  readonly client: string
  readonly principal: string
  readonly #passwordFile: string

  private constructor(
    server: RunningServer,
    admin: Administrator,
    at: Pick<UserSetup, 'address' | 'id' | 'client' | 'principal'> & { readonly passwordFile: string },
  ) {
    super(server)
    this.#admin = admin
    this.address = at.address
    this.id = at.id
    this.client = at.client
    this.principal = at.principal
    this.#passwordFile = at.passwordFile
  }

  static async open(server: RunningServer, admin: Administrator): Promise<UserSetup> {
    const word = `person${count++}`
    const address = `${word}@contoso.test`
    const mailbox = { Name: word, MicrosoftOnlineServicesID: address, Password: PASSWORD }
    await admin.exchange('New-Mailbox', mailbox)
    const { id } = await admin.graph(`/users/${address}`)
    const app = { displayName: `Program of ${word}`, isFallbackPublicClient: true }
    const { appId: client } = await admin.graph<{ appId: string }>('/applications', app)
    const { id: principal } = await admin.graph('/servicePrincipals', { appId: client })
    const passwordFile = path.join(server.folder, `password of ${word}`)
    const profile = { password: NEW_PASSWORD, forceChangePasswordNextSignIn: false }
    await writeFile(passwordFile, JSON.stringify(profile))
    return new UserSetup(server, admin, { address, id, client, principal, passwordFile })
  }

  override get filledIn(): ReadonlyMap<string, string> {
    return new Map([['@PASSWORD.json', `@${this.#passwordFile}`]])
  }

  /** Lets the program use scopes of Exchange for this person. */
  async consent(...scopes: string[]): Promise<void> {
    const { id: resource } = await this.#admin.principal(exchangeOnline.appId)
    const grant = { clientId: this.principal, resourceId: resource, scope: scopes.join(' ') }
    await this.#admin.graph('/oauth2PermissionGrants', { ...grant, consentType: 'Principal', principalId: this.id })
  }

  /** As the program fetches it with the person's password. */
  async token(scope: string, password = PASSWORD): Promise<string> {
    const { body } = await this.#admin.form('/oauth2/v2.0/token', {
      grant_type: 'password',
      client_id: this.client,
      username: this.address,
      password,
      scope: `https://outlook.office365.com/${scope}`,
    })
    if (typeof body.access_token !== 'string') throw new Error(JSON.stringify(body))
    return body.access_token
  }

  signIn(protocol: Protocol, token: string, mailbox = this.address): Promise<readonly string[]> {
    return this.authenticate(protocol, encodeXoauth2({ user: mailbox, token }))
  }

  /** As old programs do; `shared` behind their own name. */
  async logIn(protocol: Protocol, password = PASSWORD, shared = ''): Promise<readonly string[]> {
    const user = `${this.address}${shared}`
    const talk = await this.connect(protocol)
    if (protocol === 'pop3') await ask(talk, `USER ${user}`)
    const lines = {
      imap: `a LOGIN "${user}" "${password}"`,
      pop3: `PASS ${password}`,
      smtp: `AUTH PLAIN ${encodePlain({ authorization: '', user, password })}`,
    }
    const said = await ask(talk, lines[protocol])
    talk.destroy()
    return [said]
  }

  logInAgain(protocol: Protocol): Promise<readonly string[]> {
    return this.logIn(protocol, NEW_PASSWORD)
  }

  /** An authentication policy by which passwords are taken over one protocol. */
  async allow(protocol: Protocol): Promise<void> {
    const name = `${protocol} for ${this.address}`
    await this.#admin.exchange('New-AuthenticationPolicy', { Name: name, [policySwitch[protocol]]: true })
    await this.#admin.exchange('Set-User', { Identity: this.address, AuthenticationPolicy: name })
  }

  /** A mailbox that is not theirs. */
  async shared(): Promise<string> {
    const name = `shared${count++}`
    await this.#admin.exchange('New-Mailbox', { Name: name, Shared: true })
    return `${name}@contoso.test`
  }
}
