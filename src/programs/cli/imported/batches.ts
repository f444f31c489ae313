import type { SentMessage } from '../../../codecs/portal/message-batch.ts'
import { readMessages } from '../mail-files/read.ts'
import type { Source } from '../mail-files/source.ts'

/** A message and where it came from. */
export interface Item {
  readonly path: string
  readonly message: SentMessage
}

export interface Failed {
  readonly path: string
  readonly reason: string
}

/** Messages for one folder. */
export interface Batch {
  readonly folder: string
  readonly items: readonly Item[]
}

const MOST_IN_BATCH = 64
const OCTETS_IN_BATCH = 8 * 1024 * 1024

/** Messages by the batch, in their order; those that cannot be read are told. */
export async function* batches(
  sources: readonly Source[],
  folderOf: (source: Source) => string,
  failed: (failed: Failed) => void,
): AsyncGenerator<Batch> {
  let items: Item[] = []
  let folder = ''
  let octets = 0
  for (const source of sources) {
    const next = folderOf(source)
    if (next !== folder && items.length > 0) {
      yield { folder, items }
      items = []
      octets = 0
    }
    folder = next
    for await (const read of readMessages(source)) {
      if ('reason' in read) {
        failed(read)
        continue
      }
      items.push(read)
      octets += read.message.bytes.length
      if (items.length < MOST_IN_BATCH && octets < OCTETS_IN_BATCH) continue
      yield { folder, items }
      items = []
      octets = 0
    }
  }
  if (items.length > 0) yield { folder, items }
}
