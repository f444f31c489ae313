import { expect, test } from 'vitest'
import { ArrayFolder } from '../../../../test/support/array-folder.ts'
import type { Uid } from '../../../core/ids.ts'
import { plainDialect } from '../dialect.ts'
import { FolderView } from '../view/folder-view.ts'
import { PlainItems } from './fetch-reply.ts'
import { ReplyBuffer } from '../reply/reply-buffer.ts'

test('RFC 8514 §4.2: SAVEDATE is in UTC, and NIL for a message from before save dates were kept', async () => {
  const bytes = Buffer.from('Subject: x\r\n\r\n')
  const shelf = new ArrayFolder([{ bytes, savedAt: Date.UTC(2015, 0, 1, 17, 50, 53) }, { bytes }])
  const out = new ReplyBuffer()
  const selected = {
    view: new FolderView(shelf.index, { claims: false }),
    readOnly: true,
    listedFlags: new Set<string>(),
  }
  const items = new PlainItems(out, selected, plainDialect(false))
  for await (const chunk of shelf.metadata([10, 20] as Uid[])) {
    items.from(chunk)
    for (const uid of chunk.uids) {
      items.write('SAVEDATE', uid)
      out.text('\n')
    }
  }
  expect(out.take().toString()).toBe('" 1-Jan-2015 17:50:53 +0000"\nNIL\n')
})
