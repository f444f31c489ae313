import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { commandSeeds } from '../../../../test/transcripts/imap/seeds.ts'
import { literalAt } from '../../../codecs/imap/string.ts'
import { ImapReader } from '../../../codecs/imap/reader.ts'
import { Refusal } from '../../../core/refusal.ts'
import type { ImapSettings } from '../deps.ts'
import { plainDialect } from '../dialect.ts'
import { imapSettings } from '../settings.ts'
import { commandNamed, commands } from './index.ts'

const settings = {
  ...Object.fromEntries(Object.entries(imapSettings).map(([name, { fallback }]) => [name, fallback])),
  nesting: 100,
} as ImapSettings

/** Splits a command into lines and the literals between them. */
function pieces(octets: Buffer): { lines: Buffer[]; literals: Buffer[] } {
  const lines: Buffer[] = []
  const literals: Buffer[] = []
  let rest = octets
  for (;;) {
    const end = rest.indexOf('\r\n')
    const line = end < 0 ? rest : rest.subarray(0, end)
    lines.push(line)
    const mark = literalAt(line)
    if (!mark || end < 0) return { lines, literals }
    literals.push(rest.subarray(end + 2, end + 2 + mark.octets))
    rest = rest.subarray(end + 2 + mark.octets)
  }
}

/** Parses a command without its tag. */
function prepare(octets: Buffer, exchange = false): void {
  const { lines, literals } = pieces(octets)
  const [head, uid, name] = /^(uid )?([a-z]*)/i.exec(lines[0]!.toString('latin1'))!
  const command = commandNamed(name!.toUpperCase())
  if (!command) return
  const reader = new ImapReader([lines[0]!.subarray(head.length), ...lines.slice(1)], literals)
  command.prepare(reader, { ...plainDialect(exchange), settings, uid: uid !== undefined })
}

test.each(commandSeeds)('reads command seed %#', (text) =>
  expect(() => prepare(Buffer.from(text, 'latin1'))).not.toThrow(),
)

test.each([
  'NOOP x',
  'CAPABILITY ',
  'ID',
  'ID ("a")',
  'AUTHENTICATE',
  'AUTHENTICATE XOAUTH2 ***',
  'AUTHENTICATE XOAUTH2 YQ== YQ==',
  'LOGIN ada',
  'LOGIN ada secret more',
  'ENABLE',
  'SELECT',
  'SELECT a b',
  'SELECT INBOX (NONSENSE)',
  'SELECT INBOX (QRESYNC (1))',
  'SELECT INBOX (QRESYNC (1 2 1:*))',
  'SELECT INBOX (QRESYNC (1 2 1:9 (1,2 3)))',
  'SELECT &bad',
  'SELECT "\xfc"',
  'LIST ""',
  'LIST (NONSENSE) "" *',
  'LIST (RECURSIVEMATCH) "" *',
  'LIST (RECURSIVEMATCH REMOTE) "" *',
  'LIST "" ()',
  'LIST "" * RETURN',
  'LIST "" * RETURN (NONSENSE)',
  'LIST "" * RETURN (STATUS)',
  'LIST "" * RETURN (STATUS ())',
  'STATUS INBOX',
  'STATUS INBOX ()',
  'STATUS INBOX (NONSENSE)',
  'RENAME a',
  'APPEND INBOX',
  'APPEND INBOX hello',
  'APPEND INBOX {0}\r\n',
  'APPEND INBOX (\\Seen){5}\r\nhello',
  'APPEND INBOX {3}\r\na\0b',
  'APPEND INBOX "yesterday" {5}\r\nhello',
  'APPEND INBOX CATENATE',
  'APPEND INBOX CATENATE ()',
  'APPEND INBOX CATENATE ({5}\r\nhello)',
  'APPEND INBOX CATENATE (URL {2}\r\n/a',
  'EXPUNGE 1',
  'UID EXPUNGE',
  'FETCH 1',
  'FETCH FLAGS',
  'FETCH 0 FLAGS',
  'FETCH 1 (FLAGS',
  'STORE 1 FLAGS',
  'STORE 1 FLAG (\\Seen)',
  'STORE 1 +FLAGS.LOUD (\\Seen)',
  'STORE 1 FLAGS (\\Nonsense)',
  'SEARCH',
  'SEARCH RETURN (NONSENSE) ALL',
  'SEARCH RETURN (ALL)',
  'SEARCH MODSEQ',
  'FETCH 1 (PREVIEW (EAGER))',
  'REPLACE 1:2 Drafts {5}\r\nhello',
  'REPLACE 1 Drafts',
  'REPLACE 1 Drafts {5}\r\nhello {5}\r\nhello',
  'SEARCH OLDER 0',
  'SEARCH YOUNGER x',
  'SEARCH EMAILID (x)',
  'FETCH 1 BINARY',
  'FETCH 1 BINARY[TEXT]',
  'FETCH 1 BINARY[1.MIME]',
  'FETCH 1 BINARY.SIZE[1]<0.5>',
  'APPEND INBOX UTF8 (~{5}\r\nhello)',
  'SEARCH MODSEQ "/flags/a" none 1',
  'SEARCH MODSEQ 9223372036854775808',
  'FETCH 1 FLAGS (VANISHED)',
  'FETCH 1 FLAGS (CHANGEDSINCE)',
  'STORE 1 (UNCHANGEDSINCE) FLAGS ()',
  'SEARCH KEYWORD',
  'SORT',
  'SORT (SUBJECT) UTF-8',
  'SORT () UTF-8 ALL',
  'THREAD REFERENCES',
  'THREAD JWZ UTF-8 ALL',
  'COMPRESS',
  'CREATE a (USE)',
  'MYRIGHTS',
  'LISTRIGHTS INBOX',
  'SETACL INBOX bob',
  'SETACL INBOX bob L!',
  'GETMETADATA INBOX',
  'GETMETADATA INBOX /other/x',
  'SETMETADATA INBOX (/shared/x)',
  'COPY 1',
  'MOVE x Archive',
  'IDLE now',
])('refuses command %#', (text) => expect(() => prepare(Buffer.from(text, 'latin1'))).toThrow(Refusal))

test('exchange-online supports neither KEYWORD nor UTF-8 in SEARCH', () => {
  expect(() => prepare(Buffer.from('SEARCH OR NOT KEYWORD x ALL'), true)).toThrow(
    expect.objectContaining({ reason: 'bad-syntax' }),
  )
  expect(() => prepare(Buffer.from('SEARCH CHARSET UTF-8 ALL'), true)).toThrow(
    expect.objectContaining({ reason: 'unsupported' }),
  )
})

describe('random octets', () => {
  const seeds = commandSeeds.map((text) => Buffer.from(text, 'latin1'))
  const change = fc.record({
    at: fc.nat(200),
    remove: fc.nat(4),
    insert: fc.oneof(
      fc.uint8Array({ maxLength: 3 }),
      fc
        .constantFrom('(', ')', '"', '\\', '{1}\r\n', '{9}\r\n', '*', ' ', ',', ':', '[', ']', '<', '\0', '\xff', 'NIL')
        .map((text) => Buffer.from(text, 'latin1')),
    ),
  })
  test('are a command or a refusal, for any change of a valid command', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...seeds),
        fc.array(change, { minLength: 1, maxLength: 4 }),
        fc.boolean(),
        (seed, changes, exchange) => {
          const octets = changes.reduce((text, { at, remove, insert }) => {
            const from = Math.min(at, text.length)
            return Buffer.concat([text.subarray(0, from), insert, text.subarray(from + remove)])
          }, seed)
          try {
            prepare(octets, exchange)
          } catch (thrown) {
            expect(thrown).toBeInstanceOf(Refusal)
          }
        },
      ),
      { numRuns: 5000 },
    )
  })

  test('take little time', () => {
    const hostile = [
      'SEARCH ' + '('.repeat(60_000),
      `FETCH ${'1,'.repeat(30_000)}1 FLAGS`,
      `FETCH 1 (${'FLAGS '.repeat(10_000)}FLAGS)`,
      `STORE 1 FLAGS (${'a '.repeat(30_000)}a)`,
      `SELECT ${'&'.repeat(60_000)}`,
    ]
    const begun = performance.now()
    for (const text of hostile) {
      try {
        prepare(Buffer.from(text))
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(Refusal)
      }
    }
    expect(performance.now() - begun).toBeLessThan(2000)
  })
})

test('every command is in the table once, with its specification', () => {
  expect(new Set(commands.map(({ name }) => name)).size).toBe(commands.length)
  for (const { name, spec } of commands) {
    expect(name).toMatch(/^[A-Z]+$/)
    expect(spec).toMatch(/^RFC \d+ §/)
  }
})
