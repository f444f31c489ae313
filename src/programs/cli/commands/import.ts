import path from 'node:path'
import { wrongUsage } from '../failure.ts'
import type { Command } from '../invocation.ts'
import { findMail } from '../mail-files/find.ts'
import { readMessages } from '../mail-files/read.ts'
import type { Source } from '../mail-files/source.ts'
import { readOptions } from '../options.ts'
import { progressOf } from '../progress.ts'
import { withSession } from '../session.ts'
import { printable } from '../table.ts'
import { type Item, upload } from '../upload.ts'

export const importMail: Command = {
  name: 'import',
  usage: ['MAILBOX PATH… [--folder F] [--json]'],
  synopsis: '.eml files, folders of them, mbox files and Maildirs into a mailbox, in the order of their names',
  options: [['--folder F', 'the folder to put them in, made if need be (Inbox); parts are joined by /']],

  async run(invocation) {
    const { values, positionals } = readOptions(invocation.words, { folder: { type: 'string' } })
    const [mailbox, ...paths] = positionals
    if (!mailbox || paths.length === 0) return wrongUsage('import needs a mailbox and the paths of what to import.')
    const { json, streams } = invocation
    const { sources, skipped, failed } = await collected(paths.map((it) => path.resolve(invocation.folder, it)))
    const total = sources.reduce((sum, source) => sum + source.octets, 0)
    const progress = progressOf(invocation, total)
    const result = { imported: 0, skipped, failed }
    try {
      await withSession(invocation, async (session) => {
        const place = { mailbox, folder: values.folder ?? 'Inbox' }
        const send = async (batch: readonly Item[]) => {
          const done = await upload(session, place, batch)
          result.imported += done.imported
          failed.push(...done.failed)
          progress.advance(batch.reduce((sum, { message }) => sum + message.bytes.length, 0))
        }
        // While one batch travels the next is read.
        let travelling = Promise.resolve()
        for await (const batch of batches(sources, failed)) {
          await travelling
          travelling = send(batch)
          travelling.catch(() => {})
        }
        await travelling
      })
    } finally {
      progress.stop()
    }
    streams.stdout.write(json ? `${JSON.stringify(result, undefined, 2)}\n` : inWords(result))
    return failed.length > 0 ? 1 : 0
  },
}

interface Failed {
  readonly path: string
  readonly reason: string
}

const MOST_IN_BATCH = 64
const OCTETS_IN_BATCH = 8 * 1024 * 1024

async function collected(paths: readonly string[]): Promise<{ sources: Source[]; skipped: number; failed: Failed[] }> {
  const sources: Source[] = []
  const failed: Failed[] = []
  let skipped = 0
  for await (const found of findMail(paths)) {
    if (found.kind === 'source') sources.push(found.source)
    else if (found.kind === 'skipped') skipped++
    else failed.push({ path: found.path, reason: found.reason })
  }
  return { sources, skipped, failed }
}

/** Messages by the batch; those that cannot be read are noted in `failed`. */
async function* batches(sources: readonly Source[], failed: Failed[]): AsyncGenerator<readonly Item[]> {
  let batch: Item[] = []
  let octets = 0
  for (const source of sources) {
    for await (const read of readMessages(source)) {
      if ('reason' in read) {
        failed.push(read)
        continue
      }
      batch.push(read)
      octets += read.message.bytes.length
      if (batch.length < MOST_IN_BATCH && octets < OCTETS_IN_BATCH) continue
      yield batch
      batch = []
      octets = 0
    }
  }
  if (batch.length > 0) yield batch
}

function inWords({
  imported,
  skipped,
  failed,
}: {
  imported: number
  skipped: number
  failed: readonly Failed[]
}): string {
  const lines = failed.map(({ path, reason }) => `  failed: ${printable(path)}: ${printable(reason)}`)
  return [`${imported} imported, ${skipped} skipped, ${failed.length} failed`, ...lines, ''].join('\n')
}
