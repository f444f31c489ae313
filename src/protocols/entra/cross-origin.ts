import type { HttpRequest } from '../../core/http.ts'
import { deny } from './errors.ts'

/** contract/identity §7.1: single-page applications come from a browser, with an `Origin`; nobody else does. */
export function assertCrossOrigin({ headers: { origin } }: HttpRequest, singlePage: boolean): void {
  if (singlePage && origin === undefined) deny(9002327)
  if (!singlePage && origin !== undefined) deny(9002326, origin)
}

/**
 * contract/identity §1.8: lets a page of another origin read the answer of the token endpoint. Nothing is given away by
 * it: what opens the answer is in the request, and a browser adds nothing of its own.
 */
export const crossOriginHeaders = ({ headers: { origin }, path }: HttpRequest): Record<string, string> =>
  origin !== undefined && tokenPath.test(path) ? { 'access-control-allow-origin': '*' } : {}

const tokenPath = /\/oauth2\/(v2\.0\/)?token$/i

/** contract/identity §1.8 */
export const preflightHeaders = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'POST, OPTIONS',
  'access-control-allow-headers': '*',
  'access-control-max-age': '86400',
}
