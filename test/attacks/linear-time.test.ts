import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { namedIn } from '../../src/access/passwords/steps.ts'
import { normalized } from '../../src/codecs/charset/unicode-casemap.ts'
import { baseSubject } from '../../src/codecs/imap/sort-and-thread.ts'
import { matcher } from '../../src/codecs/imap/list-command.ts'
import { parseFilter } from '../../src/codecs/odata/parse-filter.ts'
import { decodeWords } from '../../src/codecs/mime/words.ts'
import { parseAddresses } from '../../src/codecs/mime/address.ts'
import { parseMessage } from '../../src/codecs/mime/parse.ts'
import { trimEndOf } from '../../src/core/trim-end.ts'
import { fold } from '../../src/domain/directory/names.ts'
import { references } from '../../src/domain/mail/sort/thread-messages.ts'
import type { Threadables } from '../../src/domain/mail/sort/threads.ts'
import type { Uid } from '../../src/core/ids.ts'
import { mentionedAddresses } from '../../src/domain/transport/authors.ts'
import { functionCallIn } from '../../src/protocols/exchange/entities/entity-sets.ts'
import { expectLinear } from './growth.ts'

const repeated = (piece: string) => (size: number) => piece.repeat(Math.ceil(size / piece.length))

test.each(['[', '[]', '[] ', '[a][', 're:', 'Re: ', 'fwd [a] : ', '(fwd)', ' (fwd) ', '[fwd:', '[fwd:]', 're['])(
  'the base subject of many %j takes linear time',
  (piece) => expectLinear(repeated(piece), baseSubject),
)

const forwarded = (size: number) => `${'[fwd: '.repeat(size / 8)}a${']'.repeat(size / 8)}`

test('the base subject of a subject forwarded many times takes linear time', () => {
  expectLinear(forwarded, baseSubject)
  expect(baseSubject(forwarded(1024 ** 2))).toEqual({ text: 'a', reply: true })
})

test('a name to sign in with that is full of at signs takes linear time', () =>
  expectLinear(repeated('@a'), (name) => namedIn(undefined, name)))

const marks = repeated('\u0315\u0316')

test('text with many combining marks is normalized in linear time', () => {
  expectLinear(marks, (text) => normalized(`a${text}`, 'NFC'))
  expectLinear(marks, (text) => normalized(`a${text}`, 'NFKD'))
})

test('a name with many combining marks is folded in linear time', () => expectLinear(marks, fold))

test('text from outside is normalized nowhere else', () => {
  // One character at a time, and the operator's own passphrase.
  const allowed = ['codecs/charset/unicode-casemap.ts', 'storage/sqlite/backup-key.ts']
  const root = join(import.meta.dirname, '../../src')
  const found = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && !allowed.includes(name))
    .filter((name) => readFileSync(join(root, name), 'utf8').includes('.normalize('))
  expect(found).toEqual([])
})

const author = (piece: string) => (size: number) => `a@${repeated(piece)(size)}x`

test('an author field with many combining marks, dots or quotes takes linear time', () => {
  for (const piece of ['.', '-.', '"', '(', '<', '@']) expectLinear(author(piece), mentionedAddresses)
  expectLinear((size) => Buffer.from(`a@${marks(size)}x`).toString('latin1'), mentionedAddresses)
})

test('slashes before the end of a path take linear time', () =>
  expectLinear(
    (size) => `${'/'.repeat(size)}x`,
    (path) => trimEndOf(path, '/'),
  ))

test('a function call without values takes linear time', () => {
  expectLinear((size) => `Get(${'a'.repeat(size)})`, functionCallIn)
  expectLinear((size) => `Get(a=${'a'.repeat(size)})`, functionCallIn)
})

test.each(['=?', '=?a?q?', '=?a?q?b?=', '=?a?q?b?= '])('many %j in a header take linear time', (piece) =>
  expectLinear(repeated(piece), decodeWords),
)

test.each(['"', '(', '<', '<@', 'a <', 'a@', ':', ';', '\\', 'a:;', '"a" '])(
  'many %j in an address list take linear time',
  (piece) => expectLinear(repeated(piece), parseAddresses),
)

test.each([
  '--b\r\n',
  '--b--\r\n',
  '\r\n--b',
  '--b',
  'Content-Type: multipart/mixed; boundary=c\r\n\r\n',
  ' a\r\n',
  '"\r\n',
])('many %j in a message take linear time', (piece) =>
  expectLinear(
    (size) => Buffer.from(`Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n${repeated(piece)(size)}`),
    parseMessage,
  ),
)

test('a LIST pattern of wildcards takes time in proportion to the name', () => {
  for (const pattern of ['*a'.repeat(500), '%a'.repeat(500), '*a%b'.repeat(250)]) {
    expectLinear(repeated('a'), matcher(pattern))
  }
})

test('an inner lambda of $filter that would multiply the work is refused', () => {
  const nested = (depth: number): string => (depth === 0 ? 'a eq 1' : `tags/any(t${depth}:${nested(depth - 1)})`)
  expect(parseFilter(nested(1))).toMatchObject({ kind: 'any' })
  expect(() => parseFilter(nested(2))).toThrow("has to be over a property of 't2'")
  expect(parseFilter('a/any(x:x/b/any(y:y/c eq 1))')).toMatchObject({ kind: 'any' })
})

/**
 * A long thread, and under its last message so many others, each known as the parent of one more before: every one of
 * them asks whether it stands above the last message.
 */
function deepThread(size: number): Threadables {
  const count = Math.floor(size / 3)
  const referenced: (number | undefined)[] = []
  const ids: number[] = []
  for (let nth = 0; nth < count; nth++) {
    ids.push(nth)
    referenced.push(nth === 0 ? undefined : nth - 1)
  }
  for (let nth = 0; nth < count; nth++) {
    ids.push(2 * count + nth)
    referenced.push(count + nth)
  }
  for (let nth = 0; nth < count; nth++) {
    ids.push(count + nth)
    referenced.push(count - 1)
  }
  const ends = Int32Array.from(referenced.keys(), (nth) => nth + 1)
  const numbers = new Uint32Array(3 * count)
  return {
    uids: ids.map((_, nth) => (nth + 1) as Uid),
    dates: numbers,
    arrivals: numbers,
    subjects: numbers,
    links: {
      names: 3 * count,
      ids: Int32Array.from(ids),
      replies: new Int32Array(3 * count),
      references: Int32Array.from(referenced, (each) => each ?? 0),
      begins: Int32Array.from(ends, (end, nth) => (referenced[nth] === undefined ? end : end - 1)),
      ends,
    },
  }
}

test('a thread of any depth is built in time that hardly grows faster than its messages', () =>
  expectLinear(deepThread, (messages) => {
    for (const step of references(messages)) expect(step).toBeUndefined()
  }))
