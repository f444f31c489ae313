import type { BodyType, ItemBody } from '@microsoft/microsoft-graph-types'
import { htmlDocument, htmlOfText } from '../../../../codecs/mime/html/html-document.ts'
import { safeHtml } from '../../../../codecs/mime/html/safe-html.ts'
import { textOfHtml } from '../../../../codecs/mime/html/text-of-html.ts'
import { uniqueBody } from '../../../../codecs/mime/html/unique-body.ts'
import type { MessageParts } from '../../../../codecs/mime/parts/message-parts.ts'
import type { MimePart } from '../../../../codecs/mime/structure.ts'

/** The headers `Prefer: outlook.body-content-type` and `outlook.allow-unsafe-html`. */
export interface BodyOptions {
  /** By default, the type that the message has. */
  readonly type?: BodyType | undefined
  readonly unsafeHtml?: boolean | undefined
}

/** The text of a part as it is stored. */
export interface StoredBody {
  readonly contentType: BodyType
  readonly content: string
}

/** The part that the body is made from. */
export const partOfBody = ({ html, text }: MessageParts, type: BodyType | undefined): MimePart | undefined =>
  type === 'text' ? (text ?? html) : (html ?? text)

/** The body in the requested type. HTML is a document, and is safe unless the caller asked for all of it. */
export function bodyFrom(
  { contentType, content }: StoredBody,
  { type, unsafeHtml, unique }: BodyOptions & { readonly unique?: true },
): ItemBody {
  const stored = unique ? uniqueBody(content, contentType) : content
  if (contentType === 'text') {
    return type === 'html'
      ? { contentType: 'html', content: htmlOfText(stored) }
      : { contentType: 'text', content: stored }
  }
  if (type === 'text') return { contentType: 'text', content: textOfHtml(stored) }
  // The beginning of a body has open elements, which become closed.
  const html = unsafeHtml && !unique ? stored : safeHtml(stored)
  return { contentType: 'html', content: htmlDocument(html) }
}
