import { expect, it } from 'vitest'
import { ImapReader } from '../../codecs/imap/reader.ts'
import { commandNamed } from './commands/index.ts'
import type { ImapSettings } from './deps.ts'
import { plainDialect } from './dialect.ts'
import { imapSettings } from './settings.ts'

const settings = Object.fromEntries(
  Object.entries(imapSettings).map(([name, { fallback }]) => [name, fallback]),
) as unknown as ImapSettings

/** The operations that a command counts as. */
function counted(text: string): readonly string[] {
  const [, uid, name, rest] = /^(UID )?([A-Z]+)(.*)$/.exec(text)!
  const reader = new ImapReader([Buffer.from(rest!, 'latin1')])
  return commandNamed(name!)!.prepare(reader, { ...plainDialect(false), settings, uid: uid !== undefined }).does
}

it.each<readonly [string, readonly string[]]>([
  ['NOOP', []],
  ['CAPABILITY', []],
  ['CHECK', []],
  ['CLOSE', []],
  ['LIST "" "*"', ['list folders']],
  ['SELECT INBOX', ['select folder']],
  ['EXAMINE INBOX', ['select folder']],
  ['SELECT INBOX (QRESYNC (1 2))', ['select folder', 'resynchronise']],
  ['SEARCH UNSEEN', ['search unseen']],
  ['UID SEARCH NOT (SEEN)', ['search unseen']],
  ['SEARCH SINCE 1-Nov-2026 FROM bob', ['search fields']],
  ['SEARCH UNSEEN SUBJECT order', ['search unseen']],
  ['SEARCH UNSEEN HEADER X-Ticket 5', ['search headers']],
  ['SEARCH HEADER Message-ID <a@b>', ['search fields']],
  ['SEARCH OR UNSEEN (NOT TEXT order)', ['search text']],
  ['UID FETCH 1:* (FLAGS UID)', ['fetch flags']],
  ['UID FETCH 1:* (FLAGS) (CHANGEDSINCE 5)', ['resynchronise']],
  ['FETCH 1 (FLAGS ENVELOPE BODYSTRUCTURE)', ['fetch headers', 'fetch structure']],
  ['FETCH 1 BODY.PEEK[HEADER.FIELDS (SUBJECT)]', ['fetch headers']],
  ['FETCH 1 BODY.PEEK[]', ['fetch whole message']],
  ['FETCH 1 BODY[]', ['fetch whole message', 'mark seen']],
  ['FETCH 1 RFC822', ['fetch whole message', 'mark seen']],
  ['FETCH 1 BODY.PEEK[1.2]', ['fetch one part']],
  ['FETCH 1 BODY.PEEK[TEXT]<0.100>', ['fetch one part']],
  ['FETCH 1 BODY.PEEK[1.MIME]', ['fetch structure']],
  ['STORE 1 +FLAGS (\\Seen)', ['mark seen']],
  ['STORE 1 -FLAGS.SILENT (\\Flagged)', ['flag']],
  ['STORE 1 FLAGS (\\Deleted \\Answered $Work)', ['mark answered', 'mark deleted', 'set keywords']],
  ['UID MOVE 1 Archive', ['move']],
  ['EXPUNGE', ['expunge']],
  ['IDLE', ['idle']],
])('counts %s', (text, expected) => expect(counted(text)).toEqual(expected))
