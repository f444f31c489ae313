import type { FolderId } from '../../../core/ids.ts'
import { ask, sql, type Statements } from '../../../storage/engine.ts'
import type { MailFeature } from '../hooks.ts'
import { type MailboxContext, write } from '../mailbox-context.ts'

/** As long as what is made with it (RFC 2104 §3). */
const OCTETS = 32

/** RFC 4467 §2.2: a folder's secret; undefined where it has none. */
export async function urlKey(box: MailboxContext, folder: FolderId): Promise<Buffer | undefined> {
  const row = await box.engine.sql.first<{ key: Uint8Array }>(
    sql`select key from mail_url_key where folder = ${folder} and mailbox = ${box.id}`,
  )
  return row && Buffer.from(row.key)
}

/** RFC 4467 §7: the same, made where there is none. */
export async function makeUrlKey(box: MailboxContext, folder: FolderId): Promise<Buffer> {
  const known = await urlKey(box, folder)
  if (known) return known
  const fresh = Buffer.from(box.world.bytes(OCTETS))
  await write(box, function* (tx) {
    yield* tx.folder(folder)
    yield* ask(
      sql`insert into mail_url_key (folder, mailbox, key) values (${folder}, ${tx.mailbox}, ${fresh})
          on conflict (folder) do nothing`,
    )
  })
  // Somebody else may have been first.
  return (await urlKey(box, folder)) ?? fresh
}

/** RFC 4467 §7 RESETKEY: what was authorised with it is no longer; of every folder where none is named. */
export async function resetUrlKeys(box: MailboxContext, folder: FolderId | undefined): Promise<void> {
  await write(box, function* (tx) {
    if (folder !== undefined) {
      yield* tx.folder(folder)
      yield* dropUrlKey(folder)
    } else yield* ask(sql`delete from mail_url_key where mailbox = ${tx.mailbox}`)
  })
}

/** A secret goes with its folder and its mailbox. */
export const urlKeyFeature: MailFeature = {
  deletingFolder: (_, folder) => dropUrlKey(folder),
  *erasing(mailbox) {
    yield* ask(sql`delete from mail_url_key where mailbox = ${mailbox}`)
  },
}

function* dropUrlKey(folder: FolderId): Statements<void> {
  yield* ask(sql`delete from mail_url_key where folder = ${folder}`)
}
