import assert from 'node:assert/strict'
import { createTransport } from '../../src/domain/transport/transport.ts'
import { createSmtp } from '../../src/protocols/smtp/server.ts'
import { smtpSettings } from '../../src/protocols/smtp/settings.ts'
import { expand } from '../transcripts/script.ts'
import { TranscriptServer } from '../transcripts/transcript-server.ts'
import { runSession, errorLog, type FuzzTarget } from './target.ts'
import { noTraces } from '../support/transport.ts'

const message = 'From: <ada@contoso.test>\r\nSubject: x\r\n\r\n..dots\r\ntext\r\n'
const commands = [
  'EHLO client.example',
  'HELO x',
  'NOOP',
  'NOOP x',
  'RSET',
  'VRFY ada',
  'EXPN x',
  'HELP',
  'QUIT',
  'ETRN x',
  'TURN',
  'MAIL FROM:<ada@contoso.test>',
  'MAIL FROM:<> SIZE=10 BODY=8BITMIME',
  'MAIL FROM:<ada@contoso.test> SMTPUTF8',
  'MAIL FROM:<ada@contoso.test> RET=HDRS ENVID=a+20b AUTH=<> BODY=BINARYMIME',
  'RCPT TO:<ada@contoso.test>',
  'RCPT TO:<@a,@b:ada@contoso.test> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;a+40b',
  'RCPT TO:<postmaster>',
  'RCPT TO:<"a b"@contoso.test>',
  'RCPT TO:<x@[127.0.0.1]>',
  'DATA',
  'AUTH',
  'AUTH PLAIN =',
  `MAIL FROM:<ada@contoso.test>\r\nRCPT TO:<ada@contoso.test>\r\nDATA\r\n${message}.`,
  `MAIL FROM:<ada@contoso.test>\r\nRCPT TO:<ada@contoso.test>\r\nBDAT ${message.length} LAST\r\n${message.slice(0, -2)}`,
  'BDAT 0 LAST',
  'BDAT 5\r\nabcde',
  expand('AUTH XOAUTH2 {xoauth2:ada:bad}'),
  expand('AUTH OAUTHBEARER {oauthbearer:ada:good}'),
]
const signIn = expand('EHLO client.example\r\nAUTH XOAUTH2 {xoauth2:ada:good}\r\n')
/** RFC 5321 §4.2. */
const reply = /^[2-5]\d\d[ -][\x20-\x7e]*$/

/** Opens an SMTP server; each run is one session. */
export async function openSmtp(): Promise<FuzzTarget> {
  const { log, faults } = errorLog()
  const make = (deps: Parameters<Parameters<typeof TranscriptServer.start<typeof smtpSettings>>[0]['make']>[0]) =>
    createSmtp({ ...deps, log, transport: createTransport({ ...deps, traces: noTraces, log }) })
  const givens = ['INBOX has 1 message', 'setting max_bad_commands 10000', 'setting message_octets 100000']
  const stage = await TranscriptServer.start(
    { settings: smtpSettings, make },
    'standards',
    givens.map((text, line) => ({ line, text })),
  )
  return {
    seeds: commands.map((text) => Buffer.from(`${text}\r\n`, 'latin1')),
    dictionary: [
      '\r\n',
      '\r\n.\r\n',
      '\n.\n',
      '\r\n.',
      '\r',
      '\0',
      '<',
      '>',
      ' BODY=8BITMIME',
      ' SIZE=',
      'BDAT ',
      '\xc3\xa9',
    ],
    inputsPerRun: 8,
    async run(inputs, chance) {
      const before = chance.below(3) === 0 ? '' : signIn
      const said = (await runSession(stage, Buffer.concat([Buffer.from(before), ...inputs]))).toString('latin1')
      assert.deepEqual(faults.splice(0), [])
      assert(said.startsWith('220 ') && said.endsWith('\r\n'), said.slice(-200))
      for (const line of said.slice(0, -2).split('\r\n')) assert.match(line, reply)
    },
    close: () => stage.close(),
  }
}
