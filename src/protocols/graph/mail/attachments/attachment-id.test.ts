import { expect, it } from 'vitest'
import { messageParts } from '../../../../codecs/mime/parts/message-parts.ts'
import { parseMessage } from '../../../../codecs/mime/parse.ts'
import type { FolderId, Uid } from '../../../../core/ids.ts'
import { sendRecipients } from '../messages/send-recipients.ts'
import { attachmentId, findAttachment } from './attachment-id.ts'

const key = (folder: number, uid: number) => ({ originFolder: folder as FolderId, originUid: uid as Uid })
const { part } = parseMessage(
  Buffer.from(
    'Content-Type: multipart/mixed; boundary=m\n\n--m\n\nx\n--m\nContent-Type: image/png; name=a.png\n\ny\n--m--\n',
  ),
)
const [attachment] = messageParts(part).attachments

const to = (...addresses: readonly string[]) => addresses.map((address) => ({ emailAddress: { address } }))

it('identifies an attachment of one item, in the alphabet of Graph', () => {
  const id = attachmentId(key(3, 17), attachment!)
  expect(id).toMatch(/^AAMk[\w-]{60,}=$/)
  expect(findAttachment(key(3, 17), part, id)).toEqual(attachment)
  expect(findAttachment(key(3, 17), part, id.replace('=', ''))).toEqual(attachment)
  expect(() => findAttachment(key(3, 18), part, id)).toThrow('not found in the store')
  expect(() => findAttachment(key(3, 17), parseMessage(Buffer.from('\n')).part, id)).toThrow('not found in the store')
})

it('refuses a malformed id', () => {
  const id = attachmentId(key(3, 17), attachment!)
  for (const bad of ['', 'x', id.slice(0, 20), id.toLowerCase(), `${id}${'A'.repeat(500)}`, 'AAMkATAA../..']) {
    expect(() => findAttachment(key(3, 17), part, bad)).toThrow('Id is malformed.')
  }
})

it('sends to every address of a message once, and refuses those that are not valid', () => {
  expect(
    sendRecipients({ to: to('a@a.example', 'b@a.example'), cc: to('A@a.example'), bcc: to('c@a.example') }),
  ).toEqual(['A@a.example', 'b@a.example', 'c@a.example'])
  expect(() => sendRecipients({ to: [], cc: [], bcc: [] })).toThrow('At least one recipient')
  expect(() => sendRecipients({ to: to('nobody'), cc: [], bcc: [] })).toThrow('not valid')
})
