import type { Attachment, FileAttachment } from '@microsoft/microsoft-graph-types'
import { isGeneratedContentId } from '../../../../codecs/mime/compose/content-id.ts'
import { decodedSize } from '../../../../codecs/mime/parts/attachment-size.ts'
import type { AttachmentPart } from '../../../../codecs/mime/parts/message-parts.ts'
import { isoSeconds } from '../../../../core/time.ts'
import { badRequest } from '../../errors.ts'

/** An attachment with all that its JSON shows. */
export interface ShownAttachment {
  readonly id: string
  readonly attachment: AttachmentPart
  /** Milliseconds since the epoch. */
  readonly modified: number
  /** The content in base64, if it was read. */
  readonly contentBytes?: string | undefined
}

type AttachmentProperty = keyof Attachment

const properties: { readonly [Name in AttachmentProperty]-?: (shown: ShownAttachment) => Attachment[Name] } = {
  id: ({ id }) => id,
  lastModifiedDateTime: ({ modified }) => isoSeconds(modified),
  name: ({ attachment }) => attachment.name,
  contentType: ({ attachment: { kind, part } }) => (kind === 'file' ? `${part.type}/${part.subtype}` : null),
  size: ({ attachment }) => decodedSize(attachment.part),
  isInline: ({ attachment }) => attachment.isInline,
}

type FileProperty = Exclude<keyof FileAttachment, keyof Attachment>

const fileProperties: { readonly [Name in FileProperty]-?: (shown: ShownAttachment) => FileAttachment[Name] } = {
  contentId: ({ attachment: { part } }) => contentIdOf(part.id) ?? null,
  contentLocation: ({ attachment: { part } }) => part.location ?? null,
  contentBytes: ({ contentBytes }) => contentBytes ?? null,
}

/** Without its angle brackets. One that was generated for an attachment without a Content-ID is not shown. */
export function contentIdOf(id: string | undefined): string | undefined {
  const bare = id?.trim().replace(/^<(.*)>$/s, '$1')
  return bare === undefined || bare === '' || isGeneratedContentId(bare) ? undefined : bare
}

/** The properties of attachments that an answer has. */
export interface AttachmentSelection {
  readonly properties: ReadonlySet<string>
  /** False if no content has to be read. */
  readonly withContent: boolean
}

/**
 * Reads `$select`. A property of fileAttachment alone needs the type before it, as in
 * `microsoft.graph.fileAttachment/contentId`.
 */
export function attachmentSelection(selected: readonly string[] | undefined): AttachmentSelection {
  const names = selected?.map(propertyNamed) ?? [...Object.keys(properties), ...Object.keys(fileProperties)]
  return { properties: new Set(['id', ...names]), withContent: names.includes('contentBytes') }
}

function propertyNamed(selected: string): string {
  const cast = /^#?microsoft\.graph\.(file|item|reference)attachment\//i.exec(selected)
  const name = cast ? selected.slice(cast[0].length) : selected
  const known = Object.keys(cast?.[1]?.toLowerCase() === 'file' ? { ...properties, ...fileProperties } : properties)
  const found = known.find((own) => own.toLowerCase() === name.toLowerCase())
  if (found !== undefined) return found
  const type = cast ? `${cast[1]!.toLowerCase()}Attachment` : 'attachment'
  return badRequest(
    `Parsing OData Select and Expand failed: Could not find a property named '${name.slice(0, 128)}' on type 'microsoft.graph.${type}'.`,
  )
}

/** The JSON of an attachment. */
export function attachmentJson(shown: ShownAttachment, selection: AttachmentSelection): Record<string, unknown> {
  const { kind } = shown.attachment
  const json: Record<string, unknown> = { '@odata.type': `#microsoft.graph.${kind}Attachment` }
  const shows = (name: string): boolean => selection.properties.has(name)
  if (kind === 'file') json['@odata.mediaContentType'] = properties.contentType(shown)
  for (const [name, value] of Object.entries(properties)) if (shows(name)) json[name] = value(shown)
  if (kind === 'file') {
    for (const [name, value] of Object.entries(fileProperties)) if (shows(name)) json[name] = value(shown)
  }
  return json
}
