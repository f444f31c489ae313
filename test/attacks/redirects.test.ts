import { describe, expect, it } from 'vitest'
import { openOnce } from '../support/lifecycle.ts'
import { AttackSetup, WEB } from './attack-setup.ts'

const shared = openOnce((atEnd) => AttackSetup.open({}, undefined, atEnd))

describe('a redirect URI that is not the registered one', () => {
  it.each([
    'https://attacker.test/answer',
    'https://app.test/answer/',
    'https://app.test/answer/../evil',
    'https://app.test/answer?x=1',
    'https://app.test/answer#fragment',
    'https://app.test/Answer',
    'https://app.test:443/answer',
    'https://app.test:8443/answer',
    'https://app.test./answer',
    'https://app.test@attacker.test/answer',
    'https://app.test%2f@attacker.test/answer',
    'https://app.test\\@attacker.test/answer',
    'https://attacker.test/https://app.test/answer',
    'https://app.test.attacker.test/answer',
    'https://sub.app.test/answer',
    'http://app.test/answer',
    '//app.test/answer',
    '/answer',
    'javascript:alert(1)//https://app.test/answer',
    'data:text/html,https://app.test/answer',
    'https://app.test/answer\r\nSet-Cookie: a=b',
    'https://app.test/answer\0',
    ' https://app.test/answer',
    'HTTPS://APP.TEST/answer',
    'http://localhost',
  ])('leads nowhere: %j', async (redirect_uri) => {
    const scene = shared()
    for (const query of [{ redirect_uri }, { redirect_uri, prompt: 'none' }, { redirect_uri, scope: '' }]) {
      const shown = await scene.browser().get(scene.authorizeUrl(query))
      expect(shown.sentTo).toBeUndefined()
      expect(shown.headers).not.toHaveProperty('location')
      expect(shown.forms.filter(({ action }) => !action.startsWith('/'))).toEqual([])
      expect(shown.text).toContain('AADSTS50011')
    }
  })

  it('leads nowhere when it is given beside the right one', async () => {
    const scene = await AttackSetup.open()
    for (const pair of [
      [WEB, 'https://attacker.test/'],
      ['https://attacker.test/', WEB],
    ]) {
      const url = scene.authorizeUrl({ redirect_uri: pair[0]! })
      const shown = await scene.browser().get(`${url}&redirect_uri=${encodeURIComponent(pair[1]!)}`)
      expect(shown.sentTo).toBeUndefined()
      expect(shown.text).toContain('AADSTS')
    }
  })

  it('is not taken from another app, nor for an app that is not there', async () => {
    const scene = await AttackSetup.open()
    const other = await scene.register({
      displayName: 'Attacker',
      properties: { web: { redirectUris: ['https://attacker.test/'] } },
    })
    const theirs = await scene.browser().get(scene.authorizeUrl({ redirect_uri: 'https://attacker.test/' }))
    expect(theirs.sentTo).toBeUndefined()
    for (const client_id of ['11111111-1111-4111-8111-111111111111', other.app.id, `${other.id} `, '']) {
      const shown = await scene.browser().get(scene.authorizeUrl({ client_id }))
      expect(shown.sentTo).toBeUndefined()
    }
  })
})

describe('an open redirect', () => {
  it('is not at the end of signing out', async () => {
    const scene = await AttackSetup.open()
    const attackers = [
      'https://attacker.test/',
      'https://app.test/answer/../x',
      '//attacker.test',
      'javascript:alert(1)',
    ]
    for (const uri of attackers) {
      for (const client of ['', `&client_id=${scene.mailer.id}`]) {
        const query = `post_logout_redirect_uri=${encodeURIComponent(uri)}${client}`
        const shown = await scene.browser().get(`/common/oauth2/v2.0/logout?${query}`)
        expect([uri, shown.sentTo]).toEqual([uri, undefined])
      }
    }
  })

  it('is not at the end of an administrator’s consent', async () => {
    const scene = await AttackSetup.open()
    for (const path of ['adminconsent', 'v2.0/adminconsent']) {
      const query = new URLSearchParams({ client_id: scene.mailer.id, redirect_uri: 'https://attacker.test/' })
      const shown = await scene.browser().get(`/contoso.test/${path}?${query.toString()}`)
      expect(shown.sentTo).toBeUndefined()
      expect(shown.text).toContain('AADSTS50011')
    }
  })

  it('is not on the error page, nor where people type codes', async () => {
    const scene = await AttackSetup.open()
    for (const path of ['/error?code=50011', '/devicelogin?']) {
      for (const name of ['redirect_uri', 'post_logout_redirect_uri', 'url', 'next', 'return']) {
        const shown = await scene.browser().get(`${path}&${name}=https://attacker.test/`)
        expect(shown.sentTo).toBeUndefined()
        expect(shown.body).not.toContain('attacker.test')
      }
    }
  })

  it('is not in a form that was posted to be asked again', async () => {
    const scene = await AttackSetup.open()
    for (const tenant of ['%2F%2Fattacker.test', '..%2F..%2Fattacker.test', 'https:%2F%2Fattacker.test']) {
      const answer = await scene.context.http.inject({
        method: 'POST',
        url: `/${tenant}/oauth2/v2.0/authorize`,
        headers: { host: 'localhost:8443', 'content-type': 'application/x-www-form-urlencoded' },
        payload: 'client_id=x',
      })
      const location = new URL(answer.headers.location ?? '/', 'https://localhost:8443')
      expect(location.host).toBe('localhost:8443')
    }
  })
})

describe('what a stranger puts into a state', () => {
  const hostile = '"><script>alert(1)</script>\r\nSet-Cookie: stolen=1\r\n\r\n<h1>'

  it('splits no header, and comes back as it was', async () => {
    const scene = await AttackSetup.open()
    const { sentTo, headers } = await scene.browser().get(scene.authorizeUrl({ state: hostile, prompt: 'none' }))
    expect(headers).not.toHaveProperty('set-cookie')
    expect(String(headers.location)).not.toMatch(/[\r\n<>"]/)
    expect(sentTo?.searchParams.get('state')).toBe(hostile)
  })

  it('is no markup in a form that is posted to the app', async () => {
    const scene = await AttackSetup.open()
    const url = scene.authorizeUrl({ state: hostile, response_mode: 'form_post', prompt: 'none' })
    const shown = await scene.browser().get(url)
    expect(shown.body).not.toContain('<script>alert')
    expect(shown.forms.map(({ action, fields }) => [action, fields.state])).toEqual([[WEB, hostile]])
  })

  it('is no markup on any page, whatever parameter it is put in', async () => {
    const scene = await AttackSetup.open()
    for (const name of ['client_id', 'redirect_uri', 'scope', 'login_hint', 'prompt', 'response_mode', 'claims']) {
      const shown = await scene.browser().get(scene.authorizeUrl({ [name]: hostile }))
      expect(shown.body).not.toContain('<script>alert')
      expect(JSON.stringify(shown.headers)).not.toContain('stolen=1')
    }
    const shown = await scene.browser().get(`/devicelogin?code=${encodeURIComponent(hostile)}`)
    expect(shown.body).not.toContain('<script>alert')
  })

  it('is no header where a correlation id is echoed', async () => {
    const scene = await AttackSetup.open()
    const answer = await scene.post({ grant_type: hostile, client_id: hostile }, undefined, {
      'client-request-id': 'x\tSet-Cookie: stolen=1',
      'return-client-request-id': 'true',
    })
    expect(answer.headers).not.toHaveProperty('client-request-id')
    expect(JSON.stringify(answer.headers)).not.toContain('stolen')
  })
})
