import { describe, expect, test } from 'vitest'
import { parseResponse } from '../support/imap-response.ts'
import { Names, normal } from './normal.ts'
import { isTold, readScript } from './script.ts'

const said = (untagged: string[], tagged = 'OK done'): string[] => normal({ untagged, tagged }, new Names())

const dated = (time: string): string => `1 FETCH (INTERNALDATE "17-Jul-2026 ${time}")`

const saved = (date: string): string => `1 FETCH (SAVEDATE "${date}")`

describe('answers are the same', () => {
  test.each([
    ['whatever the order in which flags are told', '1 FETCH (FLAGS (\\Seen a))', '1 FETCH (FLAGS (A \\seen))'],
    ['however a string is written', '1 FETCH (BODY[] "a")', '1 FETCH (BODY[] {1}\r\na)'],
    ['whatever the order of the items', '1 FETCH (UID 3 RFC822.SIZE 1)', '1 FETCH (RFC822.SIZE 1 UID 3)'],
    ['whatever UIDVALIDITY was chosen', 'OK [UIDVALIDITY 4] x', 'OK [UIDVALIDITY 5] y'],
    [
      'a server that decodes a parameter',
      `1 FETCH (BODY ("a" "b" ("name*" "utf-8''%c3%a9%2e") NIL))`,
      '1 FETCH (BODY ("a" "b" ("name" {3}\r\n\xc3\xa9.) NIL))',
    ],
    ['in whatever order rights are told', 'MYRIGHTS INBOX lrs', 'MYRIGHTS INBOX srl'],
    ['with or without quotes around CHILDINFO', 'LIST () "/" a (CHILDINFO ("X"))', 'LIST () "/" a ("CHILDINFO" ("X"))'],
    ['in whatever zone a date is told', dated('02:00:00 +0200'), dated('00:00:00 +0000')],
    ['whenever a message was saved', saved('24-Nov-2026 08:00:00 +0000'), saved('24-Nov-2026 08:00:01 +0000')],
  ])('%s', (_, one, other) => {
    expect(said([one])).toEqual(said([other]))
  })

  test('in whatever order messages are told to be gone', () => {
    expect(said(['1 EXPUNGE', '1 EXPUNGE', '2 EXPUNGE'])).toEqual(said(['4 EXPUNGE', '2 EXPUNGE', '1 EXPUNGE']))
  })
})

test('a part that is not there is nothing or NIL', () => {
  expect(said(['1 FETCH (BODY[2.1] NIL)'])).toEqual(said(['1 FETCH (BODY[2.1] "")']))
})

test.each([
  ['1 FETCH (BODY[] NIL)', '1 FETCH (BODY[] "")'],
  ['SEARCH 1 2', 'SEARCH 1'],
  [saved('24-Nov-2026 08:00:00 +0000'), '1 FETCH (SAVEDATE NIL)'],
  ['1 EXPUNGE', '2 EXPUNGE'],
  ['OK [UIDNEXT 4] x', 'OK [UIDNEXT 5] x'],
])('%s is not %s', (one, other) => {
  expect(said([one])).not.toEqual(said([other]))
})

test('a section is one word, whatever stands in it', () => {
  expect(parseResponse('1 FETCH (BODY[HEADER.FIELDS (A "b")]<0> {3}\r\n)("x)')).toEqual([
    { atom: '1' },
    { atom: 'FETCH' },
    [{ atom: 'BODY[HEADER.FIELDS (A "b")]<0>' }, { text: ')("' }, { atom: 'x' }],
  ])
})

test('a script is commands, connections and reasons', () => {
  expect(readScript('# why\nNOOP\n2 NOOP\ndiffers because\n  ours * 1 EXISTS\n  theirs OK [X] …\n')).toEqual([
    { line: 2, connection: 1, text: 'NOOP' },
    { line: 3, connection: 2, text: 'NOOP', differs: { why: 'because', ours: ['* 1 EXISTS'], theirs: ['OK [X] …'] } },
  ])
})

test.each([
  ['OK', 'OK', true],
  ['OK', 'O', false],
  ['* 1 FETCH (A "b" C)', '* 1 …', true],
  ['* 1 FETCH (A "b" C)', '* 1 …A…C)', true],
  ['* 1 FETCH (A "b" C)', '* 1 …"b"…A…', false],
  ['ab', 'ab…b', false],
])('%s is told by %s: %s', (line, told, expected) => {
  expect(isTold(line, told)).toBe(expected)
})
