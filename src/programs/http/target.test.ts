import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { targetOf } from './target.ts'

const asked = (url: string, ...hosts: string[]) =>
  targetOf({ url, httpVersion: '1.1', rawHeaders: hosts.flatMap((host) => ['Host', host]) })

describe('the target of a request', () => {
  it.each([
    ['/users?a=b', '/users?a=b', 'https://localhost:8443'],
    ['/users?a=b#c', '/users?a=b', 'https://localhost:8443'],
    // RFC 9112 §3.2.2
    ['https://other.test:1/users?a=b', '/users?a=b', 'https://other.test:1'],
    ['HTTP://other.test', '/', 'https://other.test'],
    ['https://other.test?a=b', '/?a=b', 'https://other.test'],
    ['https://other test/x', '/x', undefined],
    ['*', '*', 'https://localhost:8443'],
    ['//[?a', '//[?a', 'https://localhost:8443'],
  ])('of %s is %s at %s', (url, own, base) => {
    expect(asked(url, 'localhost:8443')).toMatchObject({ url: own, base, ambiguous: false })
  })

  it('has the query that the URL standard reads', () => {
    expect([...asked('/x?a=1&a=2&b=%41+%zz&=&c', 'h').query]).toEqual([
      ['a', '1'],
      ['a', '2'],
      ['b', 'A %zz'],
      ['', ''],
      ['c', ''],
    ])
  })

  it.each([
    'localhost:99999',
    '999.999.999.999',
    '1.2.3.4.5',
    '[::g]',
    '[::1',
    '[1::2::3]',
    'a"b/c',
    'user@host',
    'host:',
    'host:12:13',
    '',
  ])('has no base for the host %s', (host) => {
    expect(asked('/', host).base).toBeUndefined()
  })

  it('is ambiguous without a host, and with two', () => {
    expect(asked('/').ambiguous).toBe(true)
    expect(asked('/', 'a', 'a').ambiguous).toBe(true)
    expect(targetOf({ url: '/', httpVersion: '1.0', rawHeaders: [] }).ambiguous).toBe(false)
  })

  it('is read from whatever a client sends, and its base is a valid URL', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.stringMatching(/^[\w.:[\]/?#@%-]{0,20}$/),
      fc.stringMatching(/^https?:\/\/[\w.:[\]-]{0,12}[/?#]?.{0,10}$/),
    )
    fc.assert(
      fc.property(text, fc.array(text, { maxLength: 3 }), (url, hosts) => {
        const { base, url: own } = asked(url, ...hosts)
        expect(base === undefined || URL.canParse(base)).toBe(true)
        expect(own).not.toContain('#')
      }),
    )
  })
})
