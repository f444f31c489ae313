import { expect, test } from 'vitest'
import { Refusal } from '../../core/refusal.ts'
import type { FolderFilter } from './list-command.ts'
import { readSources } from './esearch.ts'
import { ImapReader } from './reader.ts'

const read = (text: string): readonly FolderFilter[] => readSources(new ImapReader([Buffer.from(text)]))

test.each<[string, readonly FolderFilter[]]>([
  ['unseen', [{ of: 'selected' }]],
  [
    'IN (mailboxes "folder1" subtree "folder2") unseen',
    [
      { of: 'mailboxes', names: ['folder1'] },
      { of: 'subtree', names: ['folder2'] },
    ],
  ],
  [
    'in (MAILBOXES ("a b" c) subtree-one d) subject "chad"',
    [
      { of: 'mailboxes', names: ['a b', 'c'] },
      { of: 'subtree-one', names: ['d'] },
    ],
  ],
  [
    'IN (selected inboxes personal subscribed) ALL',
    [{ of: 'selected' }, { of: 'inboxes' }, { of: 'personal' }, { of: 'subscribed' }],
  ],
])('%s', (text, sources) => expect(read(text)).toEqual(sources))

test.each([
  'IN () ALL',
  'IN (selected)',
  'IN (selected-delayed) ALL',
  'IN ("selected") ALL',
  'IN (selected selected',
  'IN (mailboxes) ALL',
  'IN (mailboxes ()) ALL',
  'IN (mailboxes a b) ALL',
  'IN (personal (x 1)) ALL',
  'IN (everything) ALL',
])('%s is refused', (text) => expect(() => read(text)).toThrow(expect.objectContaining({ reason: 'bad-syntax' })))

const names = (count: number): string => `IN (mailboxes (${'a '.repeat(count - 1)}a)) ALL`

test('the number of names is limited', () => {
  expect(read(names(1000))).toHaveLength(1)
  expect(() => read(names(1001))).toThrow(Refusal)
})
