import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'

/** The attack that each file of this folder tries. */
const subjects: Readonly<Record<string, string>> = {
  'administrators-app': "take over the administrator's app through Graph, cmdlets and pages",
  authors: 'forge From, Sender and Resent- fields; hide a second address',
  backups: 'read keys out of backups; plant links where a backup is written; cut or change an encrypted one',
  bodies: 'hold memory with HTTP bodies before the token is judged',
  'broken-requests': 'send broken requests over the bare socket',
  browsers: 'cross-site requests, framing and session fixation on the sign-in pages',
  budgets: 'hold the memory for messages with literals and DATA that never arrive',
  'clock-jumps': 'set the clock a day ahead and back',
  confusions: 'confuse tokens, keys, issuers and audiences',
  connections: 'use up connections and descriptors with idle sockets from one address',
  consents: 'consent phishing, and permissions added while the page is open',
  'damaged-messages': 'read messages whose bytes are damaged on the disk',
  'folder-names': 'break an export with folder names',
  'forged-tokens': 'forged and altered tokens',
  'full-disk': 'fill the disk at each write',
  guessing: 'guess passwords, device codes and secrets',
  'gzip-bodies': 'HTTP bodies that unpack to far more than they are, or to nothing',
  'hostile-neighbour': 'one abusive caller beside others',
  leavers: 'use access after it was revoked',
  'left-searches': 'leave a search to run on',
  'linear-time': 'texts that make a parser slow',
  'log-lines': 'fill the disk with log lines about refusals',
  'long-lived': 'hold memory with searches that are kept up to date and saved results',
  'many-networks': 'slow the server down from many networks, or with pipelined requests',
  noise: 'flood the records with made-up sign-ins',
  'odd-requests': 'odd URLs, hosts, headers and methods on every route',
  'one-port': 'start a second server on a port at the same moment',
  'owned-apps': 'fill the directory with apps',
  'pop3-line-ends': 'end a message early for POP3 clients that accept a bare CR',
  'private-files': 'read files that Postern writes as another local user',
  quota: 'fill the disk with messages that the quota refuses',
  redirects: 'redirect tokens and codes to another address',
  replays: 'replay codes, assertions and forms',
  requests: 'oversized and malformed requests at the token service',
  secrets: 'find secrets in logs, records and files',
  tenants: 'reach from one tenant into another',
  'unknown-tenant': 'read sign-ins that belong to no tenant as the administrator of a second tenant',
}

const root = path.resolve(import.meta.dirname, '../..')
const page = path.join(root, 'docs/security.md')
const [begin, end] = ['<!-- attacks: npm run attacks -->', '<!-- end of attacks -->']

/** The names of the files with attacks, without their ending. */
const attackFiles = (): readonly string[] =>
  readdirSync(import.meta.dirname)
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => file.replace('.test.ts', ''))
    .sort()

/** A table of the attacks with the number of tests in each file. */
function table(): string {
  const listed = execFileSync('npx', ['vitest', 'list', 'test/attacks', '--json'], { cwd: root, encoding: 'utf8' })
  const tests = JSON.parse(listed.slice(listed.indexOf('['))) as readonly { readonly file: string }[]
  const counts = Map.groupBy(tests, ({ file }) => path.basename(file, '.test.ts'))
  const rows = attackFiles().map(
    (name) =>
      `| ${subjects[name] ?? name.replaceAll('-', ' ')} | ${counts.get(name)?.length ?? 0} | \`test/attacks/${name}.test.ts\` |`,
  )
  return ['| Tried | Tests | File |', '| --- | ---: | --- |', ...rows].join('\n')
}

if (import.meta.main) {
  const text = readFileSync(page, 'utf8')
  const [before] = text.split(begin) as [string]
  const [, after] = text.split(end) as [string, string]
  writeFileSync(page, `${before}${begin}\n\n${table()}\n\n${end}${after}`)
}
