import { Agent, request } from 'node:https'

/** The part of the ready object of `postern serve` that the bench uses. */
export interface Ready {
  readonly pid: number
  readonly tenant: { readonly id: string }
  readonly https: string
  readonly admin: { readonly client_id: string; readonly client_secret_file: string }
}

/** The roles of an app, by the resource that they belong to. */
const ROLES = {
  '00000002-0000-0ff1-ce00-000000000000': ['IMAP.AccessAsApp', 'POP.AccessAsApp', 'SMTP.SendAsApp'],
  '00000003-0000-0000-c000-000000000000': ['Mail.Read'],
}

export interface Credential {
  readonly clientId: string
  readonly clientSecret: string
}

/** An administrator at the HTTP API: the requests that the cmdlets make. */
export class Administration {
  readonly #ready: Ready
  readonly #agent: Agent
  readonly #tokens = new Map<string, Promise<string>>()
  readonly #admin: Credential

  constructor(ready: Ready, ca: string, adminSecret: string) {
    this.#ready = ready
    this.#agent = new Agent({ ca, keepAlive: true, maxSockets: 4 })
    this.#admin = { clientId: ready.admin.client_id, clientSecret: adminSecret }
  }

  close(): void {
    this.#agent.destroy()
  }

  /** A new token by client credentials. */
  async token({ clientId, clientSecret }: Credential, scope: string): Promise<string> {
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
      scope,
    })
    const path = `/${this.#ready.tenant.id}/oauth2/v2.0/token`
    const { access_token: token } = await this.#post<{ access_token: string }>(path, form.toString(), {
      'content-type': 'application/x-www-form-urlencoded',
    })
    return token
  }

  /** An app that may read every one of the mailboxes, and the mailboxes. */
  async provision(displayName: string, mailboxes: readonly string[]): Promise<Credential> {
    const app = await this.#graph<{ id: string; appId: string }>('/applications', { displayName })
    const secret = await this.#graph<{ secretText: string }>(`/applications/${app.id}/addPassword`, {})
    const principal = await this.#graph<{ id: string }>('/servicePrincipals', { appId: app.appId })
    for (const [resource, roles] of Object.entries(ROLES)) await this.#consent(principal.id, resource, roles)
    await this.#exchange('New-ServicePrincipal', { AppId: app.appId, ObjectId: principal.id })
    for (const address of mailboxes) {
      await this.#exchange('New-Mailbox', { Shared: true, Name: address.split('@')[0], PrimarySmtpAddress: address })
      await this.#exchange('Add-MailboxPermission', {
        Identity: address,
        User: principal.id,
        AccessRights: ['FullAccess'],
      })
    }
    return { clientId: app.appId, clientSecret: secret.secretText }
  }

  async #consent(principal: string, appId: string, roles: readonly string[]): Promise<void> {
    const filter = encodeURIComponent(`appId eq '${appId}'`)
    const { value } = await this.#ask<{ value: { id: string; appRoles: { id: string; value: string }[] }[] }>(
      'GET',
      `/v1.0/servicePrincipals?$filter=${filter}`,
      undefined,
      { authorization: `Bearer ${await this.adminToken('https://graph.microsoft.com/.default')}` },
    )
    const [resource] = value
    for (const role of resource!.appRoles.filter((it) => roles.includes(it.value))) {
      await this.#graph(`/servicePrincipals/${principal}/appRoleAssignments`, {
        principalId: principal,
        resourceId: resource!.id,
        appRoleId: role.id,
      })
    }
  }

  /** The administrator's token for a resource, asked for once. */
  adminToken(scope: string): Promise<string> {
    const known = this.#tokens.get(scope) ?? this.token(this.#admin, scope)
    this.#tokens.set(scope, known)
    return known
  }

  async #graph<T>(path: string, body: object): Promise<T> {
    const token = await this.adminToken('https://graph.microsoft.com/.default')
    return this.#post<T>(`/v1.0${path}`, JSON.stringify(body), {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
    })
  }

  async #exchange(cmdlet: string, parameters: object): Promise<void> {
    const token = await this.adminToken('https://outlook.office365.com/.default')
    const body = JSON.stringify({ CmdletInput: { CmdletName: cmdlet, Parameters: parameters } })
    await this.#post(`/adminapi/beta/${this.#ready.tenant.id}/InvokeCommand`, body, {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
    })
  }

  #post<T>(path: string, body: string, headers: Record<string, string>): Promise<T> {
    return this.#ask<T>('POST', path, body, headers)
  }

  #ask<T>(method: string, path: string, body: string | undefined, headers: Record<string, string>): Promise<T> {
    return new Promise((resolve, reject) => {
      const asked = request(new URL(path, this.#ready.https), { agent: this.#agent, method, headers }, (answer) => {
        let text = ''
        answer.setEncoding('utf8').on('data', (piece: string) => (text += piece))
        answer.on('end', () => {
          if (answer.statusCode! < 300) resolve((text === '' ? {} : JSON.parse(text)) as T)
          else reject(new Error(`${method} ${path}: ${answer.statusCode} ${text}`))
        })
      })
      asked.on('error', reject)
      asked.end(body)
    })
  }
}
