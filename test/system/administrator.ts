import { readFileSync } from 'node:fs'
import { type ApiClient, createClient } from '../../src/programs/cli/client.ts'
import type { ServerReady } from '../../src/programs/server.ts'

const FORM = { 'content-type': 'application/x-www-form-urlencoded' }
const JSON_TYPE = { 'content-type': 'application/json' }

export interface Answered {
  readonly status: number
  readonly body: Record<string, unknown>
}

/** The administrator of a started server, at its HTTP interfaces: quicker than a cmdlet for each step. */
export class Administrator {
  readonly #client: ApiClient
  readonly #ready: ServerReady
  readonly #tokens = new Map<string, string>()

  constructor(ready: ServerReady) {
    this.#ready = ready
    this.#client = createClient({ url: new URL(ready.https), ca: readFileSync(ready.ca, 'utf8') })
  }

  /** Asks the Graph API for a path, or posts to it. */
  async graph<T = { id: string }>(path: string, body?: object): Promise<T> {
    return this.#asked(`/v1.0${path}`, await this.#token('https://graph.microsoft.com'), body)
  }

  /** Runs an Exchange cmdlet. */
  async exchange(CmdletName: string, Parameters: object): Promise<void> {
    const path = `/adminapi/beta/${this.#ready.tenant.id}/InvokeCommand`
    const body = { CmdletInput: { CmdletName, Parameters } }
    await this.#asked(path, await this.#token('https://outlook.office365.com'), body)
  }

  async principal(appId: string): Promise<{ id: string; appRoles: { id: string; value: string }[] }> {
    const filter = encodeURIComponent(`appId eq '${appId}'`)
    const found = await this.graph<{ value: { id: string; appRoles: { id: string; value: string }[] }[] }>(
      `/servicePrincipals?$filter=${filter}`,
    )
    return found.value[0]!
  }

  /** Posts a form to a path below the tenant, as anyone may. */
  async form(path: string, form: Record<string, string>): Promise<Answered> {
    const { status, body } = await this.#client.ask({
      verb: 'POST',
      path: `/${this.#ready.tenant.id}${path}`,
      headers: FORM,
      body: new URLSearchParams(form).toString(),
    })
    return { status, body: JSON.parse(body.toString()) as Record<string, unknown> }
  }

  close(): void {
    this.#client.close()
  }

  async #token(resource: string): Promise<string> {
    const { client_id, client_secret_file } = this.#ready.admin
    const client_secret = readFileSync(client_secret_file, 'utf8')
    const asked = { grant_type: 'client_credentials', client_id, client_secret, scope: `${resource}/.default` }
    const token = this.#tokens.get(resource) ?? String((await this.form('/oauth2/v2.0/token', asked)).body.access_token)
    this.#tokens.set(resource, token)
    return token
  }

  async #asked<T>(path: string, token: string, body: object | undefined): Promise<T> {
    const answer = await this.#client.ask({
      verb: body === undefined ? 'GET' : 'POST',
      path,
      headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : JSON_TYPE) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = answer.body.toString()
    if (answer.status >= 300) throw new Error(`${path}: ${answer.status} ${text}`)
    return JSON.parse(text === '' ? '{}' : text) as T
  }
}
