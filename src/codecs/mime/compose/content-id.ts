/** The domain of the Content-IDs that attachments without one get. */
const GENERATED = 'attachment.invalid'

/** A unique Content-ID without angle brackets, by which an attachment is found again. */
export const generatedContentId = (octets: Uint8Array): string => `${Buffer.from(octets).toString('hex')}@${GENERATED}`

export const isGeneratedContentId = (id: string): boolean => id.endsWith(`@${GENERATED}`)
