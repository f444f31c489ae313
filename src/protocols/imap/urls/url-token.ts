import { createHmac, timingSafeEqual } from 'node:crypto'
import type { ServicePrincipalId } from '../../../core/ids.ts'
import type { ClientConnection, ClientDialect } from '../conversation/session-contracts.ts'

/** The version of the token format (RFC 4467 §2.4.1). */
const VERSION = '01'
const shape = new RegExp(`^${VERSION}([\\da-f]{32})([\\da-f]{64})$`)

/**
 * RFC 4467 §2.5: the token of an authorised URL. It proves the URL and the app that authorised it, whose rights apply.
 */
export const urlToken = (key: Buffer, rump: string, by: ServicePrincipalId): string =>
  `${VERSION}${digits(by)}${mac(key, rump, by).toString('hex')}`

/** The app that the token names; undefined for another format. */
export function tokenBy(token: string): ServicePrincipalId | undefined {
  const id = shape.exec(token.toLowerCase())?.[1]
  return id?.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5') as ServicePrincipalId | undefined
}

/** Whether the token is authentic. RFC 4467 §6: the comparison takes constant time. */
export function isProven(token: string, key: Buffer, rump: string): boolean {
  const by = tokenBy(token)
  return by !== undefined && timingSafeEqual(Buffer.from(token.slice(-64), 'hex'), mac(key, rump, by))
}

const digits = (id: string): string => id.replaceAll('-', '').toLowerCase()

const mac = (key: Buffer, rump: string, by: ServicePrincipalId): Buffer =>
  createHmac('sha256', key)
    .update(`${VERSION}${digits(by)} ${rump}`)
    .digest()

/** RFC 4467 §8.1: the mechanisms that authorise URLs. Reported on protected connections only. */
export const URL_MECHANISMS = 'URLMECH INTERNAL'

export const urlMechanisms = ({ exchange, wire }: ClientConnection & ClientDialect): string =>
  exchange || !wire.secure ? '' : `* OK [${URL_MECHANISMS}] URL authorization mechanisms\r\n`
