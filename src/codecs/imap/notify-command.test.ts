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

test('RFC 5465 §3 and §5: its examples', () => {
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
])('%s is malformed', (text) => expect(() => read(text)).toThrow(expect.objectContaining({ reason: 'bad-syntax' })))

test('an event that is not had is told with those that are', () => {
  expect(() => read('SET (personal (AnnotationChange))')).toThrow(
    expect.objectContaining({
      detail: {
        code: 'BADEVENT (MessageNew MessageExpunge FlagChange MailboxName SubscriptionChange MailboxMetadataChange ServerMetadataChange)',
      },
    }),
  )
})

test('there is an end to what is watched', () => {
  const names = Array.from({ length: 1001 }, (_, nth) => nth).join(' ')
  expect(() => read(`SET (mailboxes (${names}) (MailboxName))`)).toThrow(Refusal)
})
