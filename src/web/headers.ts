import type { HttpRequest } from '../core/http.ts'

/** Headers that protect a browser, on pages and on other answers alike. */
export const securityHeaders = ({ base }: HttpRequest): Record<string, string> => ({
  'x-content-type-options': 'nosniff',
  'x-xss-protection': '0',
  // On localhost this would make the browser refuse other programs that speak plain HTTP there.
  ...(isLoopback(base) ? {} : { 'strict-transport-security': 'max-age=31536000; includeSubDomains' }),
})

export const noStore = { 'cache-control': 'no-store, no-cache', pragma: 'no-cache', expires: '-1' }

const loopbackBase = /^https:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i

const isLoopback = (base: string): boolean => loopbackBase.test(base)
