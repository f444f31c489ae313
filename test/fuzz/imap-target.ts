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
import { TranscriptServer } from '../transcripts/transcript-server.ts'
import { mutate } from './mutate.ts'
import { runSession, errorLog, messages, type FuzzTarget } from './target.ts'

const signIn = `l AUTHENTICATE XOAUTH2 ${encodeXoauth2({ user: 'ada@contoso.test', token: 'good' })}\r\n`
const sessionStates = [
  '',
  signIn,
  `${signIn}s SELECT INBOX\r\n`,
  `${signIn}n ENABLE QRESYNC UTF8=ACCEPT\r\ns SELECT INBOX\r\n`,
]
const dictionary = [
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
const serverSetup = ['no tls', 'INBOX has forwarded.eml', 'INBOX has 4 messages', 'setting bad_commands 1000']
/** Commands that end the session or change its protocol. */
const endsSession = /^\S+ (?:LOGOUT|STARTTLS|COMPRESS|UNAUTHENTICATE|IDLE|AUTHENTICATE|LOGIN)/i

/** Returns the commands of the transcripts and those that the RFCs show as examples. */
function seeds(): Buffer[] {
  const shown = readFileSync(new URL('../corpus/imap/rfc-examples.txt', import.meta.url), 'utf8')
  const examples = shown.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  const lines = [...commandSeeds, ...examples.map(unescape)]
  // Non-synchronizing literals need no wait. The server reads them as it reads the others.
  return lines.map((line, nth) => Buffer.from(`t${nth} ${line.replaceAll(/(?<!\+)\}\r\n/g, '+}\r\n')}\r\n`, 'latin1'))
}

/** Opens IMAP servers in both profiles; each run is one session. */
export async function openImap(): Promise<FuzzTarget> {
  const { log, faults } = errorLog()
  const staged = (profile: Profile) =>
    TranscriptServer.start(
      { settings: imapSettings, make: (deps) => createImap({ ...deps, log, frontEnd: 'classic' }) },
      profile,
      serverSetup.map((text, line) => ({ line, text })),
    )
  const [stage, exchange] = await Promise.all([staged('standards'), staged('exchange-online')])
  const known = seeds()
  return {
    seeds: known,
    dictionary,
    inputsPerRun: 6,
    async run(inputs, chance) {
      const to = chance.below(5) === 0 ? exchange : stage
      const said = await runSession(to, Buffer.concat([Buffer.from(chance.of(sessionStates)), ...inputs]))
      assert.deepEqual(faults.splice(0), [])
      responseTags(said)
      if (chance.below(10) === 0) await assertEachAnswered(stage, validCommands(chance, known))
      if (chance.below(10) === 0)
        await assertAppendRoundTrip(stage, mutate(chance, chance.of(messages), messages, pieces))
    },
    async close() {
      await Promise.all([stage.close(), exchange.close()])
    },
  }
}

const validCommands = (chance: SeededRandom, known: readonly Buffer[]): Buffer[] =>
  Array.from({ length: 12 }, (_, nth) => chance.of(known).toString('latin1').replace(/^\S+/, `e${nth}`))
    .filter((text) => !endsSession.test(text))
    .map((text) => Buffer.from(text, 'latin1'))

/** Checks that the server answers each valid command once, in order. */
async function assertEachAnswered(stage: TranscriptServer, commands: readonly Buffer[]): Promise<void> {
  const said = await runSession(stage, Buffer.concat([Buffer.from(sessionStates[2]!), ...commands]))
  const due = ['l', 's', ...commands.map((it) => it.toString('latin1').split(' ')[0]!)]
  assert.deepEqual(responseTags(said), due, commands.join(''))
}

/** Checks that FETCH returns an appended message octet by octet, and can describe it. */
async function assertAppendRoundTrip(stage: TranscriptServer, message: Buffer): Promise<void> {
  // RFC 3501 §4.3: a literal has no NUL.
  if (message.length === 0 || message.includes(0)) return
  const folder = `Kept${message.length}`
  const said = await runSession(
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
  assert.deepEqual(responseTags(said), ['l', 'a', 'b', 'c', 'd', 'e', 'f'])
  const at = said.indexOf(`BODY[] {${message.length}}\r\n`)
  assert(at > 0, 'FETCH returns another length')
  const begin = said.indexOf('\r\n', at) + 2
  assert(said.subarray(begin, begin + message.length).equals(message), 'FETCH returns other octets')
}

/** Status responses end with text for people, which has no syntax. */
const statusResponse = /^(OK|NO|BAD|BYE|PREAUTH)\b/

/** Returns the tags of all tagged responses, in order. Throws if the syntax of a response is wrong. */
function responseTags(octets: Buffer): string[] {
  const text = octets.toString('latin1')
  const tags: string[] = []
  for (const response of splitResponses(text)) {
    if (response.startsWith('+')) continue
    const [, tag, rest] = /^(\*|[^\s]+) ([^]*)$/.exec(response) ?? []
    if (tag === undefined) throw new Error(`'${response}' is not a response`)
    if (tag !== '*') {
      if (!/^(OK|NO|BAD) /.test(rest!)) throw new Error(`'${response}' is not a tagged status`)
      tags.push(tag)
    } else if (!statusResponse.test(rest!)) parseResponse(rest!)
  }
  return tags
}

/** Splits the octets into responses with their literals, without the last CRLF. */
function* splitResponses(text: string): Generator<string> {
  let start = 0
  for (let at = 0; at < text.length;) {
    const end = text.indexOf('\r\n', at)
    if (end < 0) throw new Error(`'${text.slice(start, start + 200)}' does not end`)
    const line = text.slice(at, end)
    if (/[\r\n\0]/.test(line)) throw new Error(`${JSON.stringify(line.slice(0, 200))} contains CR, LF or NUL`)
    const literal = /\{(\d+)\}$/.exec(line)
    // The text of a status response may end like a literal.
    if (literal && !/^(?:\*|\S+) (?:OK|NO|BAD|BYE) /.test(text.slice(start, start + 40))) {
      at = end + 2 + Number(literal[1])
      continue
    }
    yield text.slice(start, end)
    start = at = end + 2
  }
}
