/** The document that Exchange puts around HTML without `<html>`. */
export const htmlDocument = (html: string): string =>
  /<html[\s>]/i.test(html)
    ? withCharset(html)
    : `<html>\r\n<head>\r\n${CHARSET}</head>\r\n<body>\r\n${html}\r\n</body>\r\n</html>`

const CHARSET = '<meta http-equiv="Content-Type" content="text/html; charset=utf-8">'

/** HTML in JSON is Unicode, whatever its charset was in MIME. */
function withCharset(html: string): string {
  if (/<meta[^>]{1,300}charset/i.test(html)) return html
  if (/<head[\s>]/i.test(html)) return html.replace(/(<head(?:\s[^>]{0,2000})?>)\s*/i, `$1\r\n${CHARSET}`)
  return html.replace(/<html(\s[^>]{0,2000})?>/i, (tag) => `${tag}<head>\r\n${CHARSET}</head>`)
}

/** A plain text as HTML with the same lines. */
export const htmlOfText = (text: string): string =>
  htmlDocument(`<div class="PlainText">${escapeHtml(text).replaceAll(/\r?\n/g, '<br>\r\n')}</div>`)

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

export const escapeHtml = (text: string): string =>
  text.replaceAll(/[&<>"]/g, (it) => escapes[it]!).replaceAll('  ', ' &nbsp;')
