import type { FolderId, MailboxId, Uid } from '../../../core/ids.ts'
import { refuse } from '../../../core/refusal.ts'
import { DAY, MINUTE } from '../../../core/time.ts'
import type { World } from '../../../core/world.ts'
import {
  ask,
  askOne,
  type BlobRef,
  type Engine,
  inARow,
  sql,
  type Sql,
  type Statements,
} from '../../../storage/engine.ts'
import type { MailFeature } from '../hooks.ts'
import { located } from '../items/located.ts'
import { untilLate } from '../late-rows.ts'
import type { LeasedParts } from '../leased-parts.ts'
import type { MailboxContext } from '../mailbox-context.ts'
import { refuseRevoked } from '../revoked.ts'
import type { MailUploads, NewUpload, UploadSession, UploadAuthority } from '../upload-types.ts'

/** Sessions of one mailbox and of one app that are not finished, and octets of the files of one mailbox. */
const MOST = { ofMailbox: 20, ofApp: 500, octets: 600 * 1024 ** 2 } as const
/** Milliseconds. */
const LIFETIME = DAY
/** How long the answer to the last request can be repeated. */
const REPEATED = 10 * MINUTE
/** Sessions that one step of upkeep deletes. */
const STEP = 20

interface Row {
  readonly id: string
  readonly mailbox: MailboxId
  readonly origin_folder: FolderId
  readonly origin_uid: Uid
  readonly digest: string
  readonly authority: string
  readonly app: string
  readonly name: string
  readonly content_type: string
  readonly is_inline: number
  readonly content_id: string | null
  readonly octets: number
  readonly received: number
  readonly last_start: number
  readonly expires_at: number
  readonly attachment: string | null
}

interface PieceRow {
  readonly start: number
  readonly octets: number
  readonly blob: BlobRef
}

/** The upload sessions of an open mailbox. */
export function mailUploads(box: MailboxContext): MailUploads {
  const { engine, world } = box
  const write = <T>(work: () => Statements<T>): Promise<T> => {
    refuseRevoked(box)
    return engine.sql.write(work, [box.id])
  }
  /** A session of this mailbox within a write. */
  function* current(id: string): Statements<Row> {
    const row = yield* askOne<Row>(sql`select * from mail_upload where id = ${id} and mailbox = ${box.id}`)
    return row && row.expires_at > world.now() ? row : missing()
  }
  return {
    create: (upload) => {
      const id = Buffer.from(world.bytes(18)).toString('base64url')
      return write(() => createUpload(box, id, upload))
    },
    async find(id) {
      refuseRevoked(box)
      const row = await engine.sql.first<Row>(
        sql`select * from mail_upload where id = ${id} and mailbox = ${box.id} and expires_at > ${world.now()}`,
      )
      return row && uploadOf(row)
    },
    async append(id, start, bytes) {
      const before = await write(function* () {
        const row = yield* current(id)
        return isRepeated(row, start, bytes.length) ? row : undefined
      })
      if (before) return uploadOf(before)
      const refuseLate = untilLate(world)
      const blob = await engine.blobs.append(bytes, box.id)
      let kept = false
      try {
        const row = await write(function* () {
          refuseLate()
          const row = yield* current(id)
          // Another request may have stored the same piece meanwhile.
          if (isRepeated(row, start, bytes.length)) return { row, isNew: false }
          yield* ask(sql`insert into mail_upload_piece (upload, start, octets, blob)
            values (${id}, ${start}, ${bytes.length}, ${blob})`)
          const received = start + bytes.length
          yield* ask(sql`update mail_upload set received = ${received}, last_start = ${start} where id = ${id}`)
          return { row: { ...row, received, last_start: start }, isNew: true }
        })
        kept = row.isNew
        return uploadOf(row.row)
      } finally {
        // After an error, the row may have been committed all the same.
        if (!kept) engine.blobs.dropped([blob])
      }
    },
    async *read(id) {
      refuseRevoked(box)
      const pieces = await engine.sql.all<PieceRow>(
        sql`select start, octets, blob from mail_upload_piece where upload = ${id} order by start`,
      )
      for (const { blob } of pieces) yield await engine.blobs.read(blob)
    },
    async finish(id, attachment) {
      const dropped = await write(function* () {
        yield* current(id)
        yield* ask(sql`update mail_upload set attachment = ${attachment}, expires_at = ${world.now() + REPEATED}
          where id = ${id}`)
        return yield* dropPieces(id)
      })
      engine.blobs.dropped(dropped)
    },
    async cancel(id) {
      const dropped = await write(function* () {
        yield* current(id)
        return yield* drop(id)
      })
      engine.blobs.dropped(dropped)
    },
  }
}

/** The same for access; undefined if the session is gone. */
export async function uploadAuthority(rows: Sql, id: string, now: number): Promise<UploadAuthority | undefined> {
  const row = await rows.first<Row>(sql`select * from mail_upload where id = ${id} and expires_at > ${now}`)
  return row && { digest: row.digest, authority: row.authority, app: row.app, expiresAt: row.expires_at }
}

function* createUpload(box: MailboxContext, id: string, upload: NewUpload): Statements<UploadSession> {
  const now = box.world.now()
  const { key, digest, authority, app, name, contentType, isInline, contentId, octets, encoded } = upload
  const item = yield* located(box.id, key, undefined)
  if (item.octets + encoded > box.limits.messageOctets) refuse('too-big', 'The message would be too big')
  const mine = yield* askOne<{ count: number; octets: number }>(
    sql`select count(*) as count, coalesce(sum(octets), 0) as octets from mail_upload
        where mailbox = ${box.id} and attachment is null and expires_at > ${now}`,
  )
  const apps = yield* askOne<{ count: number }>(
    sql`select count(*) as count from mail_upload
        where app = ${app} and attachment is null and expires_at > ${now}`,
  )
  if (mine!.count >= MOST.ofMailbox || apps!.count >= MOST.ofApp || mine!.octets + octets > MOST.octets) {
    refuse('over-quota', 'Too many upload sessions are open', { code: 'TooManyRequests' })
  }
  const row = yield* askOne<Row>(
    sql`insert into mail_upload (id, mailbox, origin_folder, origin_uid, digest, authority, app, name, content_type,
          is_inline, content_id, octets, received, last_start, expires_at, attachment)
        values (${id}, ${box.id}, ${key.originFolder}, ${key.originUid}, ${digest}, ${authority}, ${app}, ${name},
          ${contentType}, ${isInline ? 1 : 0}, ${contentId ?? null}, ${octets}, 0, -1, ${now + LIFETIME}, ${null})
        returning *`,
  )
  return uploadOf(row!)
}

/** True for the last piece once more. Refuses a piece that does not follow the ones that have arrived. */
function isRepeated({ octets, received, last_start }: Row, start: number, length: number): boolean {
  if (start === last_start && start + length === received) return true
  if (start + length > octets || length === 0) refuse('bad-syntax', 'The range is not valid', { code: 'invalidRange' })
  if (start < received) refuse('wrong-state', 'The octets are there already', { code: 'fragmentOverlap' })
  if (start > received) refuse('wrong-state', 'Octets are missing before', { code: 'fragmentOutOfOrder' })
  return false
}

const missing = (): never => refuse('no-such-thing', 'The session is gone', { code: 'uploadSessionNotFound' })

const uploadOf = (row: Row): UploadSession => ({
  id: row.id,
  key: { originFolder: row.origin_folder, originUid: row.origin_uid },
  name: row.name,
  contentType: row.content_type,
  isInline: row.is_inline === 1,
  contentId: row.content_id ?? undefined,
  octets: row.octets,
  received: row.received,
  expiresAt: row.expires_at,
  attachment: row.attachment ?? undefined,
})

function* dropPieces(id: string): Statements<readonly BlobRef[]> {
  const pieces = yield* ask<PieceRow>(sql`delete from mail_upload_piece where upload = ${id} returning blob`)
  return pieces.map(({ blob }) => blob)
}

function* drop(id: string): Statements<readonly BlobRef[]> {
  yield* ask(sql`delete from mail_upload where id = ${id}`)
  return yield* dropPieces(id)
}

interface SweepDeps {
  readonly engine: Engine
  readonly parts: Pick<LeasedParts, 'condition'>
}

/** Deletes some sessions that have expired. Returns true if there were any. */
export async function sweepUploads({ engine, parts }: SweepDeps, world: Pick<World, 'now'>): Promise<boolean> {
  const expired = await engine.sql.all<Pick<Row, 'id' | 'mailbox'>>(
    inARow(
      sql`select id, mailbox from mail_upload where expires_at <= ${world.now()}`,
      parts.condition,
      sql` order by expires_at limit ${STEP}`,
    ),
  )
  for (const { id, mailbox } of expired) engine.blobs.dropped(await engine.sql.write(() => drop(id), [mailbox]))
  return expired.length > 0
}

/** Deletes the sessions of a mailbox with it. */
export const uploadFeature: MailFeature = {
  *erasing(mailbox) {
    yield* ask(
      sql`delete from mail_upload_piece where upload in (select id from mail_upload where mailbox = ${mailbox})`,
    )
    yield* ask(sql`delete from mail_upload where mailbox = ${mailbox}`)
  },
}
