import { formatDate } from './date.ts'
import type { Submission } from './types.ts'

/** RFC 5321 §4.4: Return-Path and Received, as the server writes them that delivers. */
export function traceFields({ from, trace }: Submission, { id, at }: { id: string; at: number }): string {
  const { client, peer, by, protocol } = trace
  return [
    `Return-Path: <${from}>`,
    `Received: from ${word(client)} (${literal(peer)})`,
    `\tby ${word(by)} with ${protocol} id ${id};`,
    `\t${formatDate(at)}`,
    '',
  ].join('\r\n')
}

/** What a client calls itself, as one word that begins no comment and no other clause. */
const word = (text: string): string => text.replaceAll(/[^\w.:[\]-]+/g, '_').slice(0, 255) || '_'

/** RFC 5321 §4.1.3 */
const literal = (address: string): string => (address.includes(':') ? `[IPv6:${address}]` : `[${address}]`)
