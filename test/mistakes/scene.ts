import { execFileSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { encodeXoauth2 } from '../../src/codecs/sasl/xoauth2.ts'
import { exchangeOnline } from '../../src/domain/directory/well-known/exchange-online.ts'
import type { RunningServer } from '../support/command-line.ts'
import { Talk } from '../transcripts/talk.ts'

export type Protocol = 'imap' | 'pop3' | 'smtp'

const roles = ['IMAP.AccessAsApp', 'POP.AccessAsApp', 'SMTP.SendAsApp']
/** contract/protocols §1.2: over POP3 the response comes on a line of its own. */
const begun = { imap: 'a AUTHENTICATE XOAUTH2 ', pop3: '', smtp: 'AUTH XOAUTH2 ' } as const
const ports = { imap: 'imaps', pop3: 'pop3s', smtp: 'submissions' } as const

/** The same, whichever way one asks why. */
export interface Explanation {
  readonly signInId: string
  readonly outcome: 'granted' | 'refused'
  readonly protocol: string
  readonly mailbox: string | null
  readonly count: number
  readonly errorCode: number
  readonly links: readonly { readonly name: string; readonly ok: boolean; readonly evidence: string }[]
  readonly failed: string
  readonly mend: readonly string[]
  readonly wire: string
}

interface Resource {
  readonly id: string
  readonly appRoles: readonly { readonly id: string; readonly value: string }[]
}

let count = 0

/** One app and one mailbox, set up by the commands that an administrator types. */
export class Scene {
  readonly server: RunningServer
  readonly mailbox: string
  readonly app: { readonly id: string; readonly appId: string }
  readonly principal: string
  readonly secretFile: string

  private constructor(server: RunningServer, at: Pick<Scene, 'mailbox' | 'app' | 'principal' | 'secretFile'>) {
    this.server = server
    this.mailbox = at.mailbox
    this.app = at.app
    this.principal = at.principal
    this.secretFile = at.secretFile
  }

  /** With a mailbox, a secret and a service principal, and nothing granted. */
  static async open(server: RunningServer): Promise<Scene> {
    const word = `box${count++}`
    const mailbox = `${word}@contoso.test`
    await server.json('New-Mailbox', '-Shared', '-Name', word)
    const app = await server.json<Scene['app']>('New-MgApplication', '-DisplayName', `Fetcher of ${word}`)
    const { secretText } = await server.json<{ secretText: string }>('Add-MgApplicationPassword', app.id)
    const secretFile = path.join(server.folder, word)
    await writeFile(secretFile, secretText)
    const { id: principal } = await server.json<{ id: string }>('New-MgServicePrincipal', '-AppId', app.appId)
    return new Scene(server, { mailbox, app, principal, secretFile })
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

  async point(objectId = this.principal): Promise<void> {
    await this.server.json('New-ServicePrincipal', '-AppId', this.app.appId, '-ObjectId', objectId)
  }

  async permit(mailbox = this.mailbox, user = this.app.appId): Promise<void> {
    const words = ['-Identity', mailbox, '-User', user, '-AccessRights', 'FullAccess']
    await this.server.json('Add-MailboxPermission', ...words)
  }

  /** A role of Exchange, over everything where no scope is given. */
  assign(role: string, ...scope: string[]): Promise<{ readonly Name: string }> {
    return this.server.json('New-ManagementRoleAssignment', '-Role', role, '-App', this.principal, ...scope)
  }

  /** A directory role. */
  async hold(template: string): Promise<void> {
    const role = ['-PrincipalId', this.principal, '-RoleDefinitionId', template, '-DirectoryScopeId', '/']
    await this.server.json('New-MgRoleManagementDirectoryRoleAssignment', ...role)
  }

  /** All that an app needs. */
  async grant(): Promise<void> {
    await this.consent()
    await this.point()
    await this.permit()
  }

  asToken(scope = 'https://outlook.office365.com/.default', secretFile = this.secretFile): readonly string[] {
    return ['token', '--raw', '--client-id', this.app.appId, '--client-secret-file', secretFile, '--scope', scope]
  }

  async token(scope?: string, secretFile?: string): Promise<string> {
    const { code, out, err } = await this.server.run(this.asToken(scope, secretFile))
    if (code !== 0) throw new Error(err)
    return out.trim()
  }

  /** Signs in as a client does: what is said to it, and over IMAP4 what is said to the next command. */
  async signIn(protocol: Protocol, token: string, mailbox = this.mailbox): Promise<readonly string[]> {
    return this.present(protocol, encodeXoauth2({ user: mailbox, token }))
  }

  async present(protocol: Protocol, response: string): Promise<readonly string[]> {
    const talk = await this.connect(protocol)
    if (protocol === 'pop3') await asked(talk, 'AUTH XOAUTH2')
    const said = await asked(talk, `${begun[protocol]}${response}`)
    // RFC 7628 §3.2.3: what is told of the failure is acknowledged.
    const answer = /^(\+|334) /.test(said) ? await asked(talk, '') : said
    const next = protocol === 'imap' && answer.startsWith('a OK') ? [await asked(talk, 'b NAMESPACE')] : []
    talk.destroy()
    return [answer, ...next]
  }

  async connect(protocol: Protocol): Promise<Talk> {
    const talk = await Talk.connect(this.server.ready.ports[ports[protocol]]!, { tls: true })
    await talk.line()
    if (protocol === 'smtp') {
      talk.send('EHLO client.example\r\n')
      await talk.linesUntil((line) => line.startsWith('250 '))
    }
    return talk
  }

  /** Of the last sign-in that was refused. */
  explain(): Promise<Explanation> {
    return this.server.json<Explanation>('explain')
  }

  /** The record of a sign-in, as scripts read it: Graph's, with what is ours in it. */
  async recorded(signInId: string): Promise<Explanation> {
    const found = await this.server.json<{ posternDecision: Explanation }>('Get-MgAuditLogSignIn', signInId)
    return found.posternDecision
  }

  /** What the app would be told with a fresh token. */
  foresee(protocol: Protocol | 'graph', mailbox = this.mailbox): Promise<Explanation> {
    const words = ['--mailbox', mailbox, '--app', this.app.appId, '--protocol', protocol]
    return this.server.json<Explanation>('explain', ...words)
  }

  /** Does what explain names until the sign-in is granted: a link that is mended may show the next. */
  async mendUntil(granted: () => Promise<boolean>): Promise<void> {
    for (let round = 0; round < 4; round++) {
      await this.type((await this.explain()).mend)
      if (await granted()) return
    }
    throw new Error(`It is not mended: ${JSON.stringify(await this.explain())}`)
  }

  /** What a person puts in the place of words that stand for something. */
  get filledIn(): ReadonlyMap<string, string> {
    return new Map([
      ['CLIENT-ID', this.app.appId],
      ['SECRET-FILE', this.secretFile],
    ])
  }

  /** Answers what the last of them shows. */
  async type<T = unknown>(lines: readonly string[]): Promise<T> {
    let shown: unknown
    for (const line of lines) {
      const [, ...words] = execFileSync('/bin/sh', ['-c', `printf '%s\\0' ${line}`])
        .toString()
        .split('\0')
        .slice(0, -1)
      shown = await this.server.json(...words.map((word) => this.filledIn.get(word) ?? word))
    }
    return shown as T
  }
}

export async function asked(talk: Talk, line: string): Promise<string> {
  talk.send(`${line}\r\n`)
  const answer = await talk.line()
  if (answer === undefined) throw new Error(`Nothing was answered to ${line}`)
  return answer
}
