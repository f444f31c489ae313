import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { encodeXoauth2 } from '../../src/codecs/sasl/bearer.ts'
import type { Profile } from '../../src/core/profile.ts'
import { createImap } from '../../src/protocols/imap/server.ts'
import { imapSettings } from '../../src/protocols/imap/settings.ts'
import { pieces } from '../corpus/mime/pieces.ts'
import type { SeededRandom } from '../support/seeded-random.ts'
import { parseResponse } from '../support/imap-response.ts'
import { commandSeeds } from '../transcripts/imap/seeds.ts'
import { unescape } from '../transcripts/script.ts'
import { Stage } from '../transcripts/stage.ts'
import { mutated } from './mutate.ts'
import { converse, faultLog, messages, type Target } from './target.ts'

const signIn = `l AUTHENTICATE XOAUTH2 ${encodeXoauth2({ user: 'ada@contoso.test', token: 'good' })}\r\n`
const states = [
  '',
  signIn,
  `${signIn}s SELECT INBOX\r\n`,
  `${signIn}n ENABLE QRESYNC UTF8=ACCEPT\r\ns SELECT INBOX\r\n`,
]
const words = [
  '\r\n',
  '{5}\r\n',
  '{5+}\r\n',
  '~{3+}\r\n',
  '{99999999}\r\n',
  '(',
  ')',
  '"',
  '""',
  'NIL',
  '*',
  '1:*',
  '$',
  '%',
  'BODY[',
  'BODY.PEEK[HEADER.FIELDS (',
  ']<0.10>',
  'RETURN (',
  'UID ',
  'NOT ',
  'OR ',
  'CHARSET UTF-8 ',
  '\\Seen',
  '(CHANGEDSINCE 1)',
  'PARTIAL 1:-1',
  '&AOk-',
  '&',
  'INBOX',
  'FUZZY ',
  'MODSEQ ',
  '\xc3\xa9',
  '((((((((',
]
const givens = ['no tls', 'INBOX has forwarded.eml', 'INBOX has 4 messages', 'setting bad_commands 1000']
/** Those that begin another conversation. */
const another = /^\S+ (?:LOGOUT|STARTTLS|COMPRESS|UNAUTHENTICATE|IDLE|AUTHENTICATE|LOGIN)/i

/** The commands of the transcripts' seeds, and such as the RFCs show. */
function seeds(): Buffer[] {
  const shown = readFileSync(new URL('../corpus/imap/rfc-examples.txt', import.meta.url), 'utf8')
  const examples = shown.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  const lines = [...commandSeeds, ...examples.map(unescape)]
  // Literals that need not be waited with; what is asked of them is the same.
  return lines.map((line, nth) => Buffer.from(`t${nth} ${line.replaceAll(/(?<!\+)\}\r\n/g, '+}\r\n')}\r\n`, 'latin1'))
}

/** Whole sessions of a client that may be anything. */
export async function openImap(): Promise<Target> {
  const { log, faults } = faultLog()
  const staged = (profile: Profile) =>
    Stage.set(
      { settings: imapSettings, make: (deps) => createImap({ ...deps, log, frontEnd: 'classic' }) },
      profile,
      givens.map((text, line) => ({ line, text })),
    )
  const [stage, exchange] = await Promise.all([staged('standards'), staged('exchange-online')])
  const known = seeds()
  return {
    seeds: known,
    words,
    together: 6,
    async try(inputs, chance) {
      const to = chance.below(5) === 0 ? exchange : stage
      const said = await converse(to, Buffer.concat([Buffer.from(chance.of(states)), ...inputs]))
      assert.deepEqual(faults.splice(0), [])
      tagsIn(said)
      if (chance.below(10) === 0) await everyOneAnswered(stage, sensible(chance, known))
      if (chance.below(10) === 0) await keptAsItIs(stage, mutated(chance, chance.of(messages), messages, pieces))
    },
    async close() {
      await Promise.all([stage.strike(), exchange.strike()])
    },
  }
}

const sensible = (chance: SeededRandom, known: readonly Buffer[]): Buffer[] =>
  Array.from({ length: 12 }, (_, nth) => chance.of(known).toString('latin1').replace(/^\S+/, `e${nth}`))
    .filter((text) => !another.test(text))
    .map((text) => Buffer.from(text, 'latin1'))

/** Commands that make sense are each answered once, in order. */
async function everyOneAnswered(stage: Stage, commands: readonly Buffer[]): Promise<void> {
  const said = await converse(stage, Buffer.concat([Buffer.from(states[2]!), ...commands]))
  const due = ['l', 's', ...commands.map((it) => it.toString('latin1').split(' ')[0]!)]
  assert.deepEqual(tagsIn(said), due, commands.join(''))
}

/** Whatever is appended is fetched again, octet by octet, and can be told of. */
async function keptAsItIs(stage: Stage, message: Buffer): Promise<void> {
  // RFC 3501 §4.3: a literal has no NUL.
  if (message.length === 0 || message.includes(0)) return
  const folder = `Kept${message.length}`
  const said = await converse(
    stage,
    Buffer.concat([
      Buffer.from(`${signIn}a CREATE ${folder}\r\nb APPEND ${folder} {${message.length}+}\r\n`),
      message,
      Buffer.from(
        `\r\nc EXAMINE ${folder}\r\nd FETCH 1 (BODY.PEEK[] ENVELOPE BODY BODYSTRUCTURE PREVIEW RFC822.SIZE)\r\n`,
      ),
      Buffer.from(`e UNSELECT\r\nf DELETE ${folder}\r\n`),
    ]),
  )
  assert.deepEqual(tagsIn(said), ['l', 'a', 'b', 'c', 'd', 'e', 'f'])
  const at = said.indexOf(`BODY[] {${message.length}}\r\n`)
  assert(at > 0, 'it has another length')
  const begin = said.indexOf('\r\n', at) + 2
  assert(said.subarray(begin, begin + message.length).equals(message), 'it is not as it was')
}

/** Whose text is for people. */
const told = /^(OK|NO|BAD|BYE|PREAUTH)\b/

/** The tags of all that was answered, in order. Throws where an octet is out of its place. */
function tagsIn(octets: Buffer): string[] {
  const text = octets.toString('latin1')
  const tags: string[] = []
  for (const response of responsesIn(text)) {
    if (response.startsWith('+')) continue
    const [, tag, rest] = /^(\*|[^\s]+) ([^]*)$/.exec(response) ?? []
    if (tag === undefined) throw new Error(`'${response}' is no response`)
    if (tag !== '*') {
      if (!/^(OK|NO|BAD) /.test(rest!)) throw new Error(`'${response}' ends no command`)
      tags.push(tag)
    } else if (!told.test(rest!)) parseResponse(rest!)
  }
  return tags
}

/** Literals in place, without the last CRLF. */
function* responsesIn(text: string): Generator<string> {
  let start = 0
  for (let at = 0; at < text.length;) {
    const end = text.indexOf('\r\n', at)
    if (end < 0) throw new Error(`'${text.slice(start, start + 200)}' does not end`)
    const line = text.slice(at, end)
    if (/[\r\n\0]/.test(line)) throw new Error(`${JSON.stringify(line.slice(0, 200))} has what no line may have`)
    const literal = /\{(\d+)\}$/.exec(line)
    // Words for people may end like that.
    if (literal && !/^(?:\*|\S+) (?:OK|NO|BAD|BYE) /.test(text.slice(start, start + 40))) {
      at = end + 2 + Number(literal[1])
      continue
    }
    yield text.slice(start, end)
    start = at = end + 2
  }
}
