import type { Recipient } from '@microsoft/microsoft-graph-types'
import { escapeHtml, htmlOfText } from '../../../../codecs/mime/html/html-document.ts'
import { mailDate } from '../../../../core/time.ts'
import type { MessageContent } from './message-content.ts'

/** The original in a plain text, below the line that Outlook writes. */
export const quotedText = (content: MessageContent): string =>
  [
    '________________________________',
    ...heading(content).map(([name, value]) => `${name}: ${value}`),
    '',
    content.body?.content ?? '',
  ].join('\r\n')

/** The original as HTML below `comment`, in the form of Outlook, by which other programs know a quotation. */
export function quotedHtml(content: MessageContent, comment: string): string {
  const lines = heading(content).map(([name, value]) => `<b>${name}:</b> ${escapeHtml(value)}`)
  const head =
    '<hr style="display:inline-block;width:98%" tabindex="-1"><div id="divRplyFwdMsg" dir="ltr">' +
    `<font face="Calibri, sans-serif" style="font-size:11pt" color="#000000">${lines.join('<br>\r\n')}</font>` +
    '<div>&nbsp;</div></div>'
  const { contentType, content: stored = '' } = content.body ?? {}
  const html = (contentType === 'html' ? stored : htmlOfText(stored ?? '')) ?? ''
  const body = /<body(?:\s[^>]{0,2000})?>/i.exec(html)
  const above = `${comment}\r\n${head}\r\n`
  if (!body) return above + html
  const at = body.index + body[0].length
  return `${html.slice(0, at)}\r\n${above}${html.slice(at)}`
}

const heading = (content: MessageContent): readonly (readonly [name: string, value: string])[] =>
  [
    ['From', shownList(content.from ? [content.from] : [])] as const,
    ['Sent', content.sent === undefined ? '' : mailDate(content.sent)] as const,
    ['To', shownList(content.to)] as const,
    ['Cc', shownList(content.cc)] as const,
    ['Subject', content.subject] as const,
  ].filter(([name, value]) => value !== '' || name === 'Subject')

const shownList = (list: readonly Recipient[]): string =>
  list
    .map(({ emailAddress }) => {
      const { name, address } = emailAddress ?? {}
      return name && name !== address ? `${name} <${address}>` : (address ?? '')
    })
    .join('; ')
