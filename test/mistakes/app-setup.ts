import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { encodeXoauth2 } from '../../src/codecs/sasl/bearer.ts'
import { exchangeOnline } from '../../src/core/well-known/exchange-online.ts'
import type { RunningServer } from '../support/command-line.ts'
import { ClientSetup, type Explanation, type Protocol } from './client-setup.ts'

const roles = ['IMAP.AccessAsApp', 'POP.AccessAsApp', 'SMTP.SendAsApp']
interface Resource {
  readonly id: string
  readonly appRoles: readonly { readonly id: string; readonly value: string }[]
}

let count = 0

/** One app and one mailbox, set up by the commands that an administrator types. */
export class AppSetup extends ClientSetup {
  readonly mailbox: string
  readonly app: { readonly id: string; readonly appId: string }
  readonly principal: string
  readonly secretFile: string

  private constructor(server: RunningServer, at: Pick<AppSetup, 'mailbox' | 'app' | 'principal' | 'secretFile'>) {
    super(server)
    this.mailbox = at.mailbox
    this.app = at.app
    this.principal = at.principal
    this.secretFile = at.secretFile
  }

  /** With a mailbox, a secret and a service principal, and nothing granted. */
  static async open(server: RunningServer): Promise<AppSetup> {
    const word = `box${count++}`
    const mailbox = `${word}@contoso.test`
    await server.json('New-Mailbox', '-Shared', '-Name', word)
    const app = await server.json<AppSetup['app']>('New-MgApplication', '-DisplayName', `Fetcher of ${word}`)
    const { secretText } = await server.json<{ secretText: string }>('Add-MgApplicationPassword', app.id)
    const secretFile = path.join(server.folder, word)
    await writeFile(secretFile, secretText)
    const { id: principal } = await server.json<{ id: string }>('New-MgServicePrincipal', '-AppId', app.appId)
    return new AppSetup(server, { mailbox, app, principal, secretFile })
  }

  /** Answers the ids of what was granted. */
  async consent(values = roles, resourceAppId: string = exchangeOnline.appId): Promise<string[]> {
    const filter = ['-Filter', `appId eq '${resourceAppId}'`]
    const [resource] = await this.server.json<Resource[]>('Get-MgServicePrincipal', ...filter)
    const granted: string[] = []
    for (const { id } of resource!.appRoles.filter(({ value }) => values.includes(value))) {
      const grant = ['-ServicePrincipalId', this.principal, '-PrincipalId', this.principal, '-ResourceId', resource!.id]
      const words = [...grant, '-AppRoleId', id]
      granted.push((await this.server.json<{ id: string }>('New-MgServicePrincipalAppRoleAssignment', ...words)).id)
    }
    return granted
  }

  async createServicePrincipal(objectId = this.principal): Promise<void> {
    await this.server.json('New-ServicePrincipal', '-AppId', this.app.appId, '-ObjectId', objectId)
  }

  async addMailboxPermission(mailbox = this.mailbox, user = this.app.appId): Promise<void> {
    const words = ['-Identity', mailbox, '-User', user, '-AccessRights', 'FullAccess']
    await this.server.json('Add-MailboxPermission', ...words)
  }

  /** A role of Exchange, over everything where no scope is given. */
  assign(role: string, ...scope: string[]): Promise<{ readonly Name: string }> {
    return this.server.json('New-ManagementRoleAssignment', '-Role', role, '-App', this.principal, ...scope)
  }

  /** A directory role. */
  async assignDirectoryRole(template: string): Promise<void> {
    const role = ['-PrincipalId', this.principal, '-RoleDefinitionId', template, '-DirectoryScopeId', '/']
    await this.server.json('New-MgRoleManagementDirectoryRoleAssignment', ...role)
  }

  /** All that an app needs. */
  async grant(): Promise<void> {
    await this.consent()
    await this.createServicePrincipal()
    await this.addMailboxPermission()
  }

  tokenOptions(scope = 'https://outlook.office365.com/.default', secretFile = this.secretFile): readonly string[] {
    return ['token', '--raw', '--client-id', this.app.appId, '--client-secret-file', secretFile, '--scope', scope]
  }

  async token(scope?: string, secretFile?: string): Promise<string> {
    const { code, out, err } = await this.server.run(this.tokenOptions(scope, secretFile))
    if (code !== 0) throw new Error(err)
    return out.trim()
  }

  /** Signs in as a client does: what is said to it, and over IMAP4 what is said to the next command. */
  async signIn(protocol: Protocol, token: string, mailbox = this.mailbox): Promise<readonly string[]> {
    return this.authenticate(protocol, encodeXoauth2({ user: mailbox, token }))
  }

  /** Simulates a sign-in of the app with a fresh token. */
  simulate(protocol: Protocol | 'graph', mailbox = this.mailbox): Promise<Explanation> {
    const words = ['--mailbox', mailbox, '--app', this.app.appId, '--protocol', protocol]
    return this.server.json<Explanation>('explain', ...words)
  }

  override get filledIn(): ReadonlyMap<string, string> {
    return new Map([
      ['CLIENT-ID', this.app.appId],
      ['SECRET-FILE', this.secretFile],
    ])
  }
}
