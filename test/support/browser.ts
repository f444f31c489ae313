import type { FastifyInstance } from 'fastify'
import type { NewApp } from '../../src/domain/directory/types.ts'
import { BASE } from './access.ts'
import { openUserService, PASSWORD, REDIRECT, type UserApp, type UserService } from './token-service.ts'

/** The page that a browser shows. */
export interface Page {
  readonly status: number
  readonly url: string
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: string
  /** The text that a person reads, without markup. */
  readonly text: string
  readonly title: string
  readonly forms: readonly Form[]
  /** Where it was sent, outside of this server: by a redirect, or by the page itself. */
  readonly sentTo: URL | undefined
}

interface Form {
  readonly action: string
  readonly fields: Readonly<Record<string, string>>
  /** Labels or values of buttons. */
  readonly buttons: readonly { readonly text: string; readonly name?: string; readonly value?: string }[]
}

/** A browser with a cookie jar and no scripts, over `inject`. It follows redirects that stay here. */
export class Browser {
  readonly #http: FastifyInstance
  readonly #further: Readonly<Record<string, string>>
  readonly cookies = new Map<string, string>()

  constructor({ http }: { readonly http: FastifyInstance }, further: Readonly<Record<string, string>> = {}) {
    this.#http = http
    this.#further = further
  }

  async get(url: string): Promise<Page> {
    return this.#go('GET', url)
  }

  async post(url: string, fields: Readonly<Record<string, string>>): Promise<Page> {
    return this.#go('POST', url, new URLSearchParams(fields).toString())
  }

  /** Fills in a form of the page (the first with such fields and button) and presses one of its buttons. */
  async submit(shown: Page, fields: Readonly<Record<string, string>> = {}, button?: string): Promise<Page> {
    const form = shown.forms.find(
      (it) =>
        Object.keys(fields).every((name) => name in it.fields) &&
        (button === undefined || it.buttons.some(({ text }) => text.includes(button))),
    )
    if (!form) throw new Error(`No such form on “${shown.title}”: ${shown.text}`)
    const pressed = form.buttons.find(({ text }) => button === undefined || text.includes(button))
    const own = pressed?.name === undefined ? {} : { [pressed.name]: pressed.value ?? '' }
    const ticked = Object.fromEntries(
      Object.entries(form.fields).filter(([name]) => !name.startsWith('?') || name in fields),
    )
    const sent = Object.entries({ ...ticked, ...fields, ...own }).map(([name, value]) => [
      name.replace(/^\?/, ''),
      value,
    ])
    return this.post(form.action, Object.fromEntries(sent) as Record<string, string>)
  }

  async #go(method: 'GET' | 'POST', url: string, payload?: string): Promise<Page> {
    const answer = await this.#http.inject({
      method,
      url,
      headers: {
        host: new URL(BASE).host,
        ...(this.cookies.size > 0 && {
          cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        }),
        ...(payload !== undefined && { 'content-type': 'application/x-www-form-urlencoded' }),
        ...this.#further,
      },
      ...(payload !== undefined && { payload }),
    })
    this.#keep([answer.headers['set-cookie'] ?? []].flat())
    const { location } = answer.headers
    const here = typeof location === 'string' && location.startsWith('/') && !location.startsWith('//')
    if (here) return this.#go('GET', location)
    return shownOf(url, answer.statusCode, answer.headers, answer.body)
  }

  #keep(lines: readonly string[]): void {
    for (const line of lines) {
      const [pair = '', ...attributes] = line.split('; ')
      const [name = '', value = ''] = pair.split('=')
      if (attributes.includes('Max-Age=0')) this.cookies.delete(name)
      else this.cookies.set(name, value)
    }
  }
}

function shownOf(url: string, status: number, headers: Readonly<Record<string, unknown>>, body: string): Page {
  const refresh = /http-equiv="refresh" content="\d+;url=([^"]*)"/.exec(body)?.[1]
  const onward = typeof headers.location === 'string' ? headers.location : refresh && plain(refresh)
  return {
    status,
    url,
    headers,
    body,
    text: plain(body.replace(/<(style|script)>.*?<\/\1>/gs, '').replace(/<[^>]*>/g, ' '))
      .replace(/\s+/g, ' ')
      .trim(),
    title: plain(/<title>(.*?)<\/title>/s.exec(body)?.[1] ?? ''),
    forms: [...body.matchAll(/<form([^>]*)>(.*?)<\/form>/gs)].map(([, attributes = '', inner = '']) =>
      formOf(attributes, inner),
    ),
    sentTo: onward === undefined ? undefined : new URL(onward),
  }
}

/** A box that is not ticked has a `?` before its name. */
function formOf(attributes: string, inner: string): Form {
  const inputs = [...inner.matchAll(/<input([^>]*)>/g)].map(([, text = '']) => attributesOf(text))
  const buttons = [...inner.matchAll(/<button([^>]*)>(.*?)<\/button>/gs)].map(([, text = '', label = '']) => ({
    ...attributesOf(text),
    text: plain(label.replace(/<[^>]*>/g, ' ')).trim(),
  }))
  const fields = inputs.map((it) => [`${it.type === 'checkbox' ? '?' : ''}${it.name}`, it.value ?? ''])
  return {
    action: attributesOf(attributes).action ?? '',
    fields: Object.fromEntries(fields) as Record<string, string>,
    buttons,
  }
}

const attributesOf = (text: string): Record<string, string> =>
  Object.fromEntries([...text.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, plain(value)]))

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", '#96': '`' }
const plain = (markup: string): string =>
  markup.replace(/&(amp|lt|gt|quot|#39|#96);/g, (_, name: string) => entities[name]!)

export type Query = Readonly<Record<string, string | undefined>>

/** The pages, with an app that sends people to them and a browser to see them with. */
export interface SignInPages extends UserService {
  readonly mailer: UserApp
  readonly browser: Browser
  /** Where the app sends a person. Of the usual parameters, those given as undefined are left out. */
  authorize(query?: Query, path?: string): string
  /** From a page that asks for the user name to whatever comes after the password. */
  signIn(shown: Page, as?: { userName?: string; password?: string; browser?: Browser }): Promise<Page>
  /** A user who holds a directory role, with the password of everybody here. */
  administrator(roleTemplateId?: string): Promise<string>
}

const GLOBAL_ADMINISTRATOR = '62e90394-69f5-4237-9190-012177145e10'

export async function openSignInPages(given: Partial<NewApp> = {}): Promise<SignInPages> {
  const service = await openUserService({}, PASSWORD)
  const { directory, tenant } = service
  const mailer = await service.app(given)
  const browser = new Browser(service)
  return {
    ...service,
    mailer,
    browser,
    authorize(query = {}, path = '/contoso.test/oauth2/v2.0/authorize') {
      const asked = {
        client_id: mailer.id,
        response_type: 'code',
        redirect_uri: REDIRECT.web,
        scope: 'openid profile User.Read',
        state: 'as given & kept',
        ...query,
      }
      const said = Object.entries(asked).filter((it): it is [string, string] => it[1] !== undefined)
      return `${path}?${new URLSearchParams(said).toString()}`
    },
    async signIn(shown, { userName = 'ada@contoso.test', password = PASSWORD, browser: own = browser } = {}) {
      return own.submit(await own.submit(shown, { userName }, 'Next'), { password }, 'Sign in')
    },
    async administrator(roleTemplateId = GLOBAL_ADMINISTRATOR) {
      const userPrincipalName = 'root@contoso.test'
      const names = { userPrincipalName, displayName: 'Root', mailNickname: 'root' }
      const user = await directory.users.create(tenant.id, { ...names, accountEnabled: true, password: PASSWORD })
      await directory.directoryRoles.assign(tenant.id, user.id, roleTemplateId)
      return userPrincipalName
    },
  }
}
