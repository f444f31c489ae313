import assert from 'node:assert/strict'
import { createPop3 } from '../../src/protocols/pop3/server.ts'
import { pop3Settings } from '../../src/protocols/pop3/settings.ts'
import { expand } from '../transcripts/script.ts'
import { TranscriptServer } from '../transcripts/transcript-server.ts'
import { runSession, errorLog, type FuzzTarget } from './target.ts'

const commands = [
  'CAPA',
  'AUTH',
  'AUTH XOAUTH2',
  'AUTH PLAIN =',
  'USER ada',
  'PASS x',
  'APOP a b',
  'STAT',
  'LIST',
  'LIST 1',
  'UIDL',
  'UIDL 2',
  'RETR 1',
  'RETR 3',
  'TOP 1 0',
  'TOP 2 10',
  'DELE 3',
  'RSET',
  'NOOP',
  'LAST',
  'XTND XMIT',
  'QUIT',
  '*',
  '=',
  expand('AUTH XOAUTH2 {xoauth2:ada:bad}'),
  expand('AUTH OAUTHBEARER {oauthbearer:ada:good}'),
]
const signIn = expand('AUTH XOAUTH2 {xoauth2:ada:good}\r\n')
/** A status, a challenge, a line of several. */
const reply = /^(\+OK( [\x20-\x7e]*)?|-ERR [\x20-\x7e]+|\+ [A-Za-z\d+/=]*|\.|[\x01-\xff]*)$/

/** Opens a POP3 server; each run is one session. */
export async function openPop3(): Promise<FuzzTarget> {
  const { log, faults } = errorLog()
  const givens = ['INBOX has forwarded.eml', 'INBOX has 3 messages', 'setting max_bad_commands 10000']
  const stage = await TranscriptServer.start(
    { settings: pop3Settings, make: (deps) => createPop3({ ...deps, log }) },
    'standards',
    givens.map((text, line) => ({ line, text })),
  )
  return {
    seeds: commands.map((text) => Buffer.from(`${text}\r\n`, 'latin1')),
    dictionary: ['\r\n', ' ', '.', '\n', '1', '99999999999', 'RETR ', 'TOP ', expand('{xoauth2:ada:good}')],
    inputsPerRun: 8,
    async run(inputs, chance) {
      const before = chance.below(3) === 0 ? '' : signIn
      const said = (await runSession(stage, Buffer.concat([Buffer.from(before), ...inputs]))).toString('latin1')
      assert.deepEqual(faults.splice(0), [])
      assert(said.startsWith('+OK ') && said.endsWith('\r\n'), said.slice(-200))
      for (const line of said.slice(0, -2).split('\r\n')) assert.match(line, reply)
    },
    close: () => stage.close(),
  }
}
