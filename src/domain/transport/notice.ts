import { domainOf } from './address-book.ts'
import { formatDate } from './date.ts'
import type { Notice } from './types.ts'

/** Nothing in a line makes another line, whoever chose the words. */
const oneLine = (text: string): string => text.replaceAll(/\p{Cc}/gu, '_')

export function noticeLetter(
  { subject, lines }: Notice,
  { id, at, primary }: { readonly id: string; readonly at: number; readonly primary: string },
): Buffer {
  const domain = domainOf(primary)
  const letter = [
    'Return-Path: <>',
    `From: Mail server <postmaster@${domain}>`,
    `To: <${primary}>`,
    `Subject: ${oneLine(subject)}`,
    `Date: ${formatDate(at)}`,
    `Message-ID: <${id}@${domain}>`,
    // RFC 3834 §5
    'Auto-Submitted: auto-generated',
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: 8bit',
    '',
    ...lines.map(oneLine),
  ]
  return Buffer.from(letter.map((line) => `${line}\r\n`).join(''), 'utf8')
}
