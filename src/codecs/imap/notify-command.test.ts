import { expect, test } from 'vitest'
import { Refusal } from '../../core/refusal.ts'
import { readNotify } from './notify-command.ts'
import { ImapReader } from './reader.ts'

function read(text: string) {
  const reader = new ImapReader([Buffer.from(text)])
  const set = readNotify(reader)
  reader.end()
  return set && { ...set, groups: set.groups.map((group) => ({ ...group, events: [...group.events] })) }
}

test('RFC 5465 §3 and §5: the examples', () => {
  expect(read('NONE')).toBeUndefined()
  expect(
    read('set status (selected (MessageNew (uid body.peek[header.fields (from to subject)]) MessageExpunge))'),
  ).toEqual({
    status: true,
    groups: [
      {
        filter: { of: 'selected' },
        events: ['MessageNew', 'MessageExpunge'],
        fetch: '(uid body.peek[header.fields (from to subject)])',
      },
    ],
  })
  expect(
    read('SET (subtree Lists (MessageNew MessageExpunge)) (mailboxes (a "b c") NONE) (personal (MailboxName))'),
  ).toEqual({
    status: false,
    groups: [
      { filter: { of: 'subtree', names: ['Lists'] }, events: ['MessageNew', 'MessageExpunge'], fetch: undefined },
      { filter: { of: 'mailboxes', names: ['a', 'b c'] }, events: [], fetch: undefined },
      { filter: { of: 'personal' }, events: ['MailboxName'], fetch: undefined },
    ],
  })
})

test.each([
  'SET',
  'SET STATUS',
  'MAYBE',
  'SET (selected)',
  'SET (selected MessageNew)',
  'SET (selected (MessageNew))',
  'SET (selected (MessageExpunge))',
  'SET (selected (FlagChange))',
  'SET (selected (MailboxName))',
  'SET (inboxes (MessageNew (uid) MessageExpunge))',
  'SET (mailboxes () (MailboxName))',
  'SET (elsewhere (MailboxName))',
  'SET (personal ())',
])('refuses malformed command %#', (text) =>
  expect(() => read(text)).toThrow(expect.objectContaining({ reason: 'bad-syntax' })),
)

test('BADEVENT for an unsupported event lists the supported ones', () => {
  expect(() => read('SET (personal (AnnotationChange))')).toThrow(
    expect.objectContaining({
      detail: {
        code: 'BADEVENT (MessageNew MessageExpunge FlagChange MailboxName SubscriptionChange MailboxMetadataChange ServerMetadataChange)',
      },
    }),
  )
})

test('the number of groups and names is limited', () => {
  const names = Array.from({ length: 1001 }, (_, nth) => nth).join(' ')
  expect(() => read(`SET (mailboxes (${names}) (MailboxName))`)).toThrow(Refusal)
})
