import { readFileSync } from 'node:fs'
import { request } from 'node:https'
import { Administration } from '../../bench/targets/administration.ts'
import type { Victim } from './victim.ts'

/** Registers apps one after another, and knows which of them were acknowledged. */
export class Administrator {
  readonly #acknowledged = new Set<string>()
  readonly #attempted = new Set<string>()
  #token = ''
  #next = 0

  get apps(): number {
    return this.#acknowledged.size
  }

  /** Makes so many mailboxes and an app that may open them. Returns a token for them. */
  async provision(victim: Victim, addresses: readonly string[]): Promise<string> {
    const { ready, ca } = victim
    const secret = readFileSync(ready.admin.client_secret_file, 'utf8')
    const administration = new Administration(ready, ca, secret)
    try {
      const admin = { clientId: ready.admin.client_id, clientSecret: secret }
      this.#token ||= await administration.token(admin, 'https://graph.microsoft.com/.default')
      const credential = await administration.provision('Soak', addresses)
      return await administration.token(credential, 'https://outlook.office365.com/.default')
    } finally {
      administration.close()
    }
  }

  /** Registers apps until the connection fails. */
  async work(victim: Victim): Promise<never> {
    for (;;) {
      const displayName = `app ${this.#next++}`
      this.#attempted.add(displayName)
      await this.#ask(victim, 'POST', '/v1.0/applications', { displayName })
      this.#acknowledged.add(displayName)
    }
  }

  /** Every app that was acknowledged is there once, and no other but those whose request was not answered. */
  async check(victim: Victim): Promise<void> {
    const names: string[] = []
    let url = '/v1.0/applications?$select=displayName&$top=999'
    while (url !== '') {
      const page = await this.#ask<{ value: { displayName: string }[]; '@odata.nextLink'?: string }>(victim, 'GET', url)
      names.push(...page.value.map(({ displayName }) => displayName))
      url = page['@odata.nextLink'] ?? ''
    }
    const found = names.filter((name) => name.startsWith('app '))
    const present = new Set(found)
    if (present.size !== found.length) throw new Error('An app is there twice')
    const lost = [...this.#acknowledged].filter((name) => !present.has(name))
    if (lost.length > 0) throw new Error(`These apps were acknowledged and are lost: ${lost.join(', ')}`)
    const strange = found.filter((name) => !this.#attempted.has(name))
    if (strange.length > 0) throw new Error(`These apps were never asked for: ${strange.join(', ')}`)
  }

  #ask<T>(victim: Victim, method: string, path: string, body?: object): Promise<T> {
    const { ready, ca } = victim
    const headers = { authorization: `Bearer ${this.#token}`, 'content-type': 'application/json' }
    return new Promise((resolve, reject) => {
      const asked = request(new URL(path, ready.https), { method, headers, ca, agent: false }, (answer) => {
        let text = ''
        answer.setEncoding('utf8').on('data', (piece: string) => (text += piece))
        answer.on('error', reject)
        answer.on('end', () => {
          if (!answer.complete) reject(new Error('The connection ended'))
          else if (answer.statusCode! < 300) resolve(JSON.parse(text) as T)
          else reject(new Error(`${method} ${path}: ${answer.statusCode} ${text}`))
        })
      })
      asked.on('error', reject)
      asked.end(body && JSON.stringify(body))
    })
  }
}
