import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { App, RedirectUris } from '../../../domain/directory/types.ts'
import { isRegistered, registeredRedirect } from './redirect.ts'

const app = (redirectUris: Partial<RedirectUris>): App =>
  ({ appId: 'a', redirectUris: { web: [], spa: [], publicClient: [], ...redirectUris } }) as never

const refused = { aadsts: '50011' }

describe('a redirect URI', () => {
  const web = app({ web: ['https://app.test/answer'] })

  it('is taken as it is registered, with the kind of its client', () => {
    expect(registeredRedirect(web, 'https://app.test/answer')).toEqual({ uri: 'https://app.test/answer', kind: 'web' })
    expect(registeredRedirect(app({ spa: ['https://a.test'] }), 'https://a.test').kind).toBe('spa')
    expect(registeredRedirect(app({ publicClient: ['x://auth'] }), 'x://auth').kind).toBe('publicClient')
  })

  it.each([
    'https://app.test/answer/',
    'https://app.test/Answer',
    'https://APP.test/answer',
    'HTTPS://app.test/answer',
    'http://app.test/answer',
    'https://app.test/answer?x=1',
    'https://app.test/answer?',
    'https://app.test/answer#x',
    'https://app.test:443/answer',
    'https://app.test:8443/answer',
    'https://app.test/answer/../evil',
    'https://app.test/answer/..%2fevil',
    'https://app.test/%61nswer',
    'https://app.test/./answer',
    'https://app.test@evil.test/answer',
    'https://evil@app.test/answer',
    'https://app.test.evil.test/answer',
    'https://app.test%2eevil.test/answer',
    'https://evil.test/https://app.test/answer',
    'https:app.test/answer',
    'https:\\\\app.test/answer',
    '//app.test/answer',
    '/answer',
    ' https://app.test/answer',
    'https://app.test/answer\n',
    'https://app.test/answer\0',
    'javascript:alert(1)//https://app.test/answer',
  ])('is refused for %j where https://app.test/answer is registered', (uri) => {
    expect(() => registeredRedirect(web, uri)).toThrow(expect.objectContaining({ detail: refused }))
  })

  it.each([
    ['http://localhost', 'http://localhost:1234'],
    ['http://localhost', 'http://localhost:1234/'],
    ['http://localhost/', 'http://localhost:1234'],
    ['http://localhost:5000/answer', 'http://localhost:6000/answer'],
    ['http://127.0.0.1/answer', 'http://127.0.0.1:6000/answer'],
  ])('of a native app at %s may be at any port: %s', (registered, uri) => {
    expect(registeredRedirect(app({ publicClient: [registered] }), uri)).toEqual({ uri, kind: 'publicClient' })
  })

  it.each([
    ['http://localhost', 'http://localhost:1234/other'],
    ['http://localhost', 'http://127.0.0.1:1234'],
    ['http://localhost', 'https://localhost:1234'],
    ['http://localhost', 'http://LOCALHOST:1234'],
    ['http://localhost', 'http://localhost:1234@evil.test'],
    ['http://localhost', 'http://localhost:1234@evil.test/'],
    ['http://localhost', 'http://localhost:@evil.test/'],
    ['http://localhost', 'http://localhost.evil.test:1234'],
    ['http://localhost', 'http://localhost:99999'],
    ['http://localhost', 'http://localhost:1234/#x'],
    ['http://localhost', 'http://evil.test:1234'],
    ['http://127.0.0.1', 'http://127.0.0.1.evil.test:1'],
    ['https://localhost/a', 'https://localhost:1234/a'],
  ])('of a native app at %s is not %s', (registered, uri) => {
    expect(() => registeredRedirect(app({ publicClient: [registered] }), uri)).toThrow(
      expect.objectContaining({ detail: refused }),
    )
  })

  it('has its port taken at its word where the app is no native one', () => {
    expect(() => registeredRedirect(app({ web: ['http://localhost:1'] }), 'http://localhost:2')).toThrow(
      'The redirect URI',
    )
  })

  it('is refused if the app has registered none', () => {
    expect(() => registeredRedirect(app({}), 'https://app.test')).toThrow(
      expect.objectContaining({ detail: { aadsts: '500113' } }),
    )
  })

  it('that a browser would take for another host is never one that is registered', () => {
    const open = app({
      web: ['https://app.test/answer'],
      publicClient: ['http://localhost/answer', 'http://127.0.0.1'],
    })
    const pieces = [
      'https:',
      'http:',
      '//',
      '/',
      '\\',
      '@',
      ':',
      '#',
      '?',
      '..',
      '.',
      '%2f',
      '8080',
      'answer',
      ' ',
      '\t',
    ]
    const hosts = ['app.test', 'localhost', '127.0.0.1', 'evil.test']
    const uris = fc.array(fc.constantFrom(...pieces, ...hosts), { maxLength: 8 }).map((parts) => parts.join(''))
    const near = fc
      .tuple(fc.constantFrom('https://app.test', 'http://localhost', 'http://127.0.0.1'), uris)
      .map((it) => it.join(''))
    fc.assert(
      fc.property(fc.oneof(uris, near), (uri) => {
        if (!isRegistered(open, uri)) return
        const { hostname, username, password, pathname, search, hash } = new URL(uri)
        expect(['app.test', 'localhost', '127.0.0.1']).toContain(hostname)
        expect([username, password, search, hash]).toEqual(['', '', '', ''])
        expect(['/answer', '/']).toContain(pathname)
      }),
      { numRuns: 2000 },
    )
  })
})
