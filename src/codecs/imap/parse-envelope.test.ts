import { assert, property, string } from 'fast-check'
import { expect, it } from 'vitest'
import { parseAddresses } from '../mime/address.ts'
import { parseMessage } from '../mime/parse.ts'
import { renderEnvelope } from './message-structure.ts'
import { parseEnvelope } from './parse-envelope.ts'

const envelopeOf = (text: string) => parseEnvelope(renderEnvelope(parseMessage(Buffer.from(text))))

it('reads texts, missing fields and addresses', () => {
  const { subject, from, to, cc, messageId, date } = envelopeOf(
    'Subject: a "quoted" \\ text\r\nFrom: "Ada \\"L\\"" <ada@a.example>\r\nTo: b@a.example, Friends: c@a.example;, lonely\r\nMessage-ID: <1@a.example>\r\n\r\n',
  )
  expect(subject).toBe('a "quoted" \\ text')
  expect(from).toEqual([{ kind: 'mailbox', name: 'Ada "L"', route: undefined, local: 'ada', domain: 'a.example' }])
  expect(to.map((it) => `${it.local}@${it.domain}`)).toEqual(['b@a.example', 'c@a.example', 'lonely@undefined'])
  expect(cc).toEqual([])
  expect(messageId).toBe('<1@a.example>')
  expect(date).toBeUndefined()
})

it('reads what renderEnvelope writes', () => {
  const line = string({ unit: 'grapheme', maxLength: 1200 }).map((it) => it.replaceAll(/[\0\r\n]/g, ''))
  assert(
    property(line, line, (subject, name) => {
      const bytes = Buffer.from(`Subject: ${subject}\r\nTo: ${name} <a@b.example>, c@d.example\r\n\r\n`)
      const { envelope } = parseMessage(bytes)
      const read = parseEnvelope(renderEnvelope({ envelope }))
      expect(read.subject).toBe(envelope.subject)
      const listed = parseAddresses(envelope.to!).flatMap((it) => (it.kind === 'group' ? it.members : [it]))
      const known = listed.map(({ local, domain }) => [local || undefined, domain || undefined])
      expect(read.to.map(({ local, domain }) => [local, domain])).toEqual(known)
    }),
  )
})
