import type { NewApp } from '../../src/domain/directory/types.ts'
import { Browser, type Shown } from './browser.ts'
import { openPeople, PASSWORD, type PeoplesApp, type PeopleService, REDIRECT } from './people.ts'

export type Query = Readonly<Record<string, string | undefined>>

/** The pages, with an app that sends people to them and a browser to see them with. */
export interface Pages extends PeopleService {
  readonly mailer: PeoplesApp
  readonly browser: Browser
  /** Where the app sends a person. Of the usual parameters, those given as undefined are left out. */
  authorize(query?: Query, path?: string): string
  /** From a page that asks for the user name to whatever comes after the password. */
  signIn(shown: Shown, as?: { userName?: string; password?: string; browser?: Browser }): Promise<Shown>
  /** A user who holds a directory role, with the password of everybody here. */
  administrator(roleTemplateId?: string): Promise<string>
}

export const GLOBAL_ADMINISTRATOR = '62e90394-69f5-4237-9190-012177145e10'

export async function openPages(given: Partial<NewApp> = {}): Promise<Pages> {
  const service = await openPeople({}, PASSWORD)
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
