import type { FolderId } from '../../../core/ids.ts'
import { ask, sql, type Statements } from '../../../storage/engine.ts'
import type { MailFeature } from '../hooks.ts'
import { type MailboxContext, write } from '../mailbox-context.ts'

/** As long as the output of the hash function (RFC 2104 §3). */
const OCTETS = 32

/** RFC 4467 §2.2: the secret of a folder; undefined if it has no secret. */
export async function urlKey(box: MailboxContext, folder: FolderId): Promise<Buffer | undefined> {
  const row = await box.engine.sql.first<{ key: Uint8Array }>(
    sql`select key from mail_url_key where folder = ${folder} and mailbox = ${box.id}`,
  )
  return row && Buffer.from(row.key)
}

/** RFC 4467 §7: the same, created if there is no secret yet. */
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
  // Another caller may have created it first.
  return (await urlKey(box, folder)) ?? fresh
}

/**
 * RFC 4467 §7 RESETKEY: deletes the secret, so that URLs authorized with it stop working; of every folder if none is
 * given.
 */
export async function resetUrlKeys(box: MailboxContext, folder: FolderId | undefined): Promise<void> {
  await write(box, function* (tx) {
    if (folder !== undefined) {
      yield* tx.folder(folder)
      yield* dropUrlKey(folder)
    } else yield* ask(sql`delete from mail_url_key where mailbox = ${tx.mailbox}`)
  })
}

/** Deletes secrets with their folder and their mailbox. */
export const urlKeyFeature: MailFeature = {
  deletingFolder: (_, folder) => dropUrlKey(folder),
  *erasing(mailbox) {
    yield* ask(sql`delete from mail_url_key where mailbox = ${mailbox}`)
  },
}

function* dropUrlKey(folder: FolderId): Statements<void> {
  yield* ask(sql`delete from mail_url_key where folder = ${folder}`)
}
