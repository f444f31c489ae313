import { type BlobRef, type Naming, type Sql, sql } from '../../storage/engine.ts'

/** References given at a time. */
const PIECE = 500

/** Tables of this domain that name bytes, each in a column `blob` that is indexed. */
export const namingTables = ['mail_message', 'mail_text'] as const

/** Which bytes are a message, or texts of messages. */
export const naming =
  (rows: Sql): Naming =>
  async (after, until) => {
    const found = await rows.all<{ blob: BlobRef }>(
      sql`select blob from (
            select blob from mail_message where blob > ${after} and blob < ${until} order by blob limit ${PIECE})
          union
          select blob from (
            select blob from mail_text where blob > ${after} and blob < ${until} order by blob limit ${PIECE})
          order by blob limit ${PIECE}`,
    )
    return found.map(({ blob }) => blob)
  }
