import { createHmac, timingSafeEqual } from 'node:crypto'
import type { ServicePrincipalId } from '../../../core/ids.ts'
import type { ClientConnection, ClientDialect } from '../conversation/session-contracts.ts'

/** How it is made: another way would have another number (RFC 4467 §2.4.1). */
const VERSION = '01'
const shape = new RegExp(`^${VERSION}([\\da-f]{32})([\\da-f]{64})$`)

/**
 * RFC 4467 §2.5: proves to whoever has the folder's key that this is what was authorised, and by whom: the app with whose
 * rights it is looked at.
 */
export const urlToken = (key: Buffer, rump: string, by: ServicePrincipalId): string =>
  `${VERSION}${digits(by)}${mac(key, rump, by).toString('hex')}`

/** Who is said to have authorised it; undefined for what is no token of ours. */
export function tokenBy(token: string): ServicePrincipalId | undefined {
  const id = shape.exec(token.toLowerCase())?.[1]
  return id?.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5') as ServicePrincipalId | undefined
}

/** Whether it really was. RFC 4467 §6: in a time that tells nothing. */
export function isProven(token: string, key: Buffer, rump: string): boolean {
  const by = tokenBy(token)
  return by !== undefined && timingSafeEqual(Buffer.from(token.slice(-64), 'hex'), mac(key, rump, by))
}

const digits = (id: string): string => id.replaceAll('-', '').toLowerCase()

const mac = (key: Buffer, rump: string, by: ServicePrincipalId): Buffer =>
  createHmac('sha256', key)
    .update(`${VERSION}${digits(by)} ${rump}`)
    .digest()

/** RFC 4467 §8.1: what can authorise URLs. It is told where nobody listens. */
export const URL_MECHANISMS = 'URLMECH INTERNAL'

export const urlMechanisms = ({ exchange, wire }: ClientConnection & ClientDialect): string =>
  exchange || !wire.secure ? '' : `* OK [${URL_MECHANISMS}] What authorises URLs\r\n`
