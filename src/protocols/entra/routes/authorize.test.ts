import { beforeEach, describe, expect, it } from 'vitest'
import { Browser, type Shown } from '../../../../test/support/browser.ts'
import { openPeople, PASSWORD, type PeoplesApp, type PeopleService, REDIRECT } from '../../../../test/support/people.ts'

const CHALLENGE = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'

let service: PeopleService
let app: PeoplesApp
let browser: Browser

beforeEach(async () => {
  service = await openPeople({}, PASSWORD)
  app = await service.app()
  browser = new Browser(service)
})

const asked = (
  given: Record<string, string | undefined> = {},
  path = 'oauth2/v2.0/authorize',
  tenant = 'contoso.test',
) => {
  const query = {
    client_id: app.id,
    response_type: 'code',
    redirect_uri: REDIRECT.web,
    scope: 'openid profile User.Read',
    state: 'as given & kept',
    ...given,
  }
  const said = Object.entries(query).filter((it): it is [string, string] => it[1] !== undefined)
  return `/${tenant}/${path}?${new URLSearchParams(said).toString()}`
}

/** From the user name to whatever comes after the password. */
async function signIn(shown: Shown, password = PASSWORD): Promise<Shown> {
  const second = await browser.submit(shown, { userName: 'ada@contoso.test' })
  return browser.submit(second, { password })
}

describe('an authorization request', () => {
  it('is answered with a code once a person has signed in and consented', async () => {
    const consent = await signIn(await browser.get(asked()))
    expect(consent.text).toContain('Mailer')
    expect(consent.text).toContain('Contoso (your organization)')
    expect(consent.text).toContain('Sign you in and read your profile')
    const { sentTo } = await browser.submit(consent, {}, 'Accept')
    expect(sentTo?.origin + sentTo!.pathname).toBe(REDIRECT.web)
    expect(sentTo?.searchParams.get('state')).toBe('as given & kept')
    const redeemed = await service.ask({
      grant_type: 'authorization_code',
      client_id: app.id,
      client_secret: app.secret,
      code: sentTo?.searchParams.get('code') ?? '',
      redirect_uri: REDIRECT.web,
    })
    expect(redeemed.json()).toMatchObject({ token_type: 'Bearer', scope: expect.stringContaining('User.Read') })
  })

  it('is answered at once where the person is signed in with this browser and has consented', async () => {
    await browser.submit(await signIn(await browser.get(asked())), {}, 'Accept')
    const again = await browser.get(asked())
    expect(again.status).toBe(302)
    expect(again.sentTo?.searchParams.get('code')).toBeTruthy()
    expect(again.sentTo?.searchParams.get('session_state')).toBeTruthy()
  })
})
