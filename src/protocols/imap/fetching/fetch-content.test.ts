import { expect, it } from 'vitest'
import { flags, folderIdOf, openMailStore } from '../../../../test/support/mail-store.ts'
import type { ContentItem } from '../../../codecs/imap/fetch-items.ts'
import { contentsOf, FetchedMessage } from './fetch-content.ts'

const damaged = () => expect.unreachable()

it('returns 1,500 parts of each of 128 messages', async () => {
  const mailbox = await (await openMailStore()).mailbox()
  const folder = await folderIdOf(mailbox, 'INBOX')
  const bytes = Buffer.from(`Subject: parts\r\n\r\n${'x'.repeat(2000)}\r\n`)
  const received = { at: 0, zone: 0 }
  const { uids } = await mailbox.append(
    folder,
    Array.from({ length: 128 }, () => ({ bytes, flags: flags(), received })),
  )
  const items = Array.from({ length: 1500 }, (_, start): ContentItem => ({
    item: 'content',
    label: `BODY[]<${start}>`,
    peek: true,
    section: { of: 'everything', part: [], fields: [] },
    partial: { start, count: 1 },
  }))
  let answered = 0
  for await (const chunk of mailbox.metadata(folder, uids, ['blob', 'structure'])) {
    const messages = chunk.uids.map((uid) => new FetchedMessage(chunk, uid))
    for await (const answers of contentsOf(mailbox, messages, items, { lent: undefined, damaged })) {
      for (const [, values] of answers) {
        answered += 1
        expect(values).toHaveLength(items.length)
        const last = values.at(-1)!
        expect(last.is === 'octets' && last.octets.equals(bytes.subarray(1499, 1500))).toBe(true)
      }
    }
  }
  expect(answered).toBe(128)
})
