import { findMail } from '../mail-files/find.ts'
import type { Source } from '../mail-files/source.ts'
import type { Progress } from '../output/progress.ts'
import type { Session } from '../connection/session.ts'
import { type Batch, batches, type Failed } from './batches.ts'
import { presenceIn } from './presence.ts'
import { upload } from './upload.ts'

export interface Wanted {
  readonly mailbox: string
  /** Absolute. */
  readonly paths: readonly string[]
  /** The folder for all of it; undefined for Inbox, or for the top where folders are kept. */
  readonly folder: string | undefined
  /** Directories become folders below it. */
  readonly keepFolders: boolean
  /** Symbolic links are followed; otherwise they are skipped. */
  readonly followLinks: boolean
  /** What the folders hold already is passed over. */
  readonly resume: boolean
}

export interface Imported {
  imported: number
  /** Files that are no mail, symbolic links, and with `resume` messages that were there. */
  skipped: number
  readonly failed: Failed[]
}

export interface Done {
  readonly result: Imported
  /** Symbolic links among those that were skipped. */
  readonly links: number
}

/** Imports what is found at the paths, in order. */
export async function importMail(
  wanted: Wanted,
  progressOver: (octets: number) => Progress,
  signIn: (run: (session: Session) => Promise<void>) => Promise<void>,
): Promise<Done> {
  const { sources, skipped, links, failed } = await collected(wanted)
  const progress = progressOver(sources.reduce((sum, source) => sum + source.octets, 0))
  const result: Imported = { imported: 0, skipped, failed }
  try {
    await signIn(async (session) => {
      const presence = wanted.resume ? presenceIn(session, wanted.mailbox) : undefined
      const send = async (batch: Batch): Promise<void> => {
        const items = presence ? await presence.missing(batch) : batch.items
        result.skipped += batch.items.length - items.length
        if (items.length > 0) {
          const done = await upload(session, { mailbox: wanted.mailbox, folder: batch.folder }, items)
          result.imported += done.imported
          failed.push(...done.failed)
        }
        progress.advance(batch.items.reduce((sum, { message }) => sum + message.bytes.length, 0))
      }
      // While one batch travels the next is read.
      let travelling = Promise.resolve()
      for await (const batch of batches(
        sources,
        (source) => folderOf(wanted, source),
        (it) => failed.push(it),
      )) {
        await travelling
        travelling = send(batch)
        travelling.catch(() => {})
      }
      await travelling
    })
  } finally {
    progress.stop()
  }
  return { result, links }
}

function folderOf({ folder, keepFolders }: Wanted, source: Source): string {
  const levels = keepFolders ? source.folder : []
  const all = folder === undefined ? levels : [folder, ...levels]
  return all.length === 0 ? 'Inbox' : all.join('/')
}

async function collected({ paths, followLinks }: Wanted) {
  const sources: Source[] = []
  const failed: Failed[] = []
  let [skipped, links] = [0, 0]
  for await (const found of findMail(paths, followLinks)) {
    if (found.kind === 'source') sources.push(found.source)
    else if (found.kind === 'skipped') {
      skipped++
      if (found.link) links++
    } else failed.push({ path: found.path, reason: found.reason })
  }
  return { sources, skipped, links, failed }
}
