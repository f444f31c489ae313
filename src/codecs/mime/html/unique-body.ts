/**
 * The beginning of a body up to the message that it quotes, by the marks that Outlook, Gmail, Apple Mail, Thunderbird
 * and Yahoo write. HTML may be left with open elements.
 */
export function uniqueBody(content: string, contentType: 'html' | 'text'): string {
  const marks = contentType === 'html' ? htmlMarks : textMarks
  const starts = marks.map((mark) => content.search(mark)).filter((at) => at >= 0)
  if (contentType === 'text') starts.push(quotedEnd(content))
  const end = Math.min(content.length, ...starts)
  return end === content.length ? content : content.slice(0, end).trimEnd()
}

/** Where the lines with `>` begin that end a text; without such lines, its length. */
function quotedEnd(text: string): number {
  let start = text.length
  for (let end = text.length; end > 0;) {
    const lineStart = text.lastIndexOf('\n', end - 1) + 1
    const line = text.slice(lineStart, end)
    if (line.startsWith('>')) start = lineStart
    else if (line.trim() !== '') break
    end = lineStart - 1
  }
  return start
}

const htmlMarks: readonly RegExp[] = [
  /<div\b[^>]{0,200}\bid=["']?(?:x_)*(?:appendonsend|divRplyFwdMsg|mail-editor-reference-message-container)\b/i,
  /<hr\b[^>]{0,200}>\s{0,20}<div\b[^>]{0,200}\bid=["']?(?:x_)*divRplyFwdMsg\b/i,
  /<(?:div|blockquote)\b[^>]{0,200}\bclass=["'][^"']{0,100}\b(?:gmail_quote|yahoo_quoted|moz-cite-prefix|OutlookMessageHeader)\b/i,
  /<blockquote\b[^>]{0,200}\btype=["']?cite\b/i,
  /<div\b[^>]{0,200}border-top:\s{0,5}solid\s{1,5}#(?:E1E1E1|B5C4DF)\s/i,
]

const textMarks: readonly RegExp[] = [
  /^-{2,20} ?Original Message ?-{2,20}\s*$/im,
  /^_{10,80}\r?\n(?:From|Sent|Von|De): /m,
  /^On [^\r\n]{5,300}wrote:\r?\n(?:\r?\n)?>/m,
]
