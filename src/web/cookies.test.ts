import { expect, it } from 'vitest'
import { TestWorld } from '../../test/support/world.ts'
import type { HttpRequest } from '../core/http.ts'
import { browserOf, cookieOf, knownBrowser } from './cookies.ts'

const requestWith = (cookie: string | undefined) => ({ headers: { cookie } }) as unknown as HttpRequest

it('a cookie that comes twice is not read, because another site may have set one of them', () => {
  expect(cookieOf(requestWith('a=1; __Host-x=2; b=3'), '__Host-x')).toBe('2')
  expect(cookieOf(requestWith('__Host-x=2; __Host-x=3'), '__Host-x')).toBeUndefined()
  expect(cookieOf(requestWith(undefined), '__Host-x')).toBeUndefined()
})

it('a new browser gets a cookie, which names it from then on', () => {
  const world = new TestWorld()
  const { id, headers } = browserOf(requestWith(undefined), world)
  const set = headers['set-cookie']!
  expect(set).toBe(`__Host-postern-browser=${id}; Path=/; Secure; HttpOnly; SameSite=Lax`)
  const again = requestWith(set.split(';')[0])
  expect(knownBrowser(again)).toBe(id)
  expect(browserOf(again, world)).toEqual({ id, headers: {} })
  expect(knownBrowser(requestWith('__Host-postern-browser=short'))).toBeUndefined()
})
