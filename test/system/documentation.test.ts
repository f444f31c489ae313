import { cpSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { run, ServerProcess } from '../support/server-process.ts'
import { available } from './browser.ts'

const root = path.resolve(import.meta.dirname, '../..')

/** A fenced block of shell commands, found by the text with which it begins. */
interface Block {
  readonly page: string
  readonly begins: string
  /** Commands that the text of the page asks for first. */
  readonly first?: string
  /** Replacements that a reader makes in the block. */
  readonly typed?: Readonly<Record<string, string>>
}

/** Blocks that change the machine or take minutes. `.ci/packed` installs the package, and `.ci/run` runs the others. */
const elsewhere = [
  'npm ci && npm run demo',
  'sudo useradd',
  'sudo systemctl enable',
  // test/system/many-nodes.test.ts runs them.
  'postern nodes --config',
  'postern migrate --to',
]

/** The directories of docs/run.md. */
const onThisMachine = {
  '/opt/postern/': `${root}/`,
  '/var/lib/postern/data': 'data',
  '/var/backups/postern': 'backup',
  '/etc/postern': 'etc',
}

const PASSWORD = 'Violet-Harbour-7'
const curl = 'curl --silent --show-error --fail --cacert postern-data/tls/ca.pem'
const ada = `${curl} --user 'ada@contoso.test:${PASSWORD}'`
const year = new Date().getUTCFullYear()
const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10)
/** A terminal asks for confirmation. */
const olderKey = "$(postern Get-SigningKey --json | jq -r '.[-1].kid') -Confirm:\\$false"

/** In an order in which a reader can run them. */
const blocks: readonly Block[] = [
  { page: 'README.md', begins: 'alias postern=' },
  {
    page: 'README.md',
    begins: 'postern Remove-MailboxPermission',
    typed: {
      // The text of the page says to repeat curl first, which fails now.
      'postern explain   ': `if ${curl} --user info@contoso.test "imaps://localhost:10993/INBOX;UID=1" --oauth2-bearer \\
        "$(postern token --client-id $APPID --client-secret $SECRET --raw)"; then exit 9; fi
        postern explain   `,
      'SIGN-IN-ID': '$(postern explain --json | jq -r .signInId)',
    },
  },
  { page: 'docs/identity.md', begins: 'postern New-MgDomain' },
  { page: 'docs/identity.md', begins: 'postern New-MgUser', typed: { '"…"': `"${PASSWORD}"` } },
  {
    page: 'docs/identity.md',
    begins: 'postern New-MgRoleManagementDirectoryRoleAssignment',
    typed: { '<user id>': '$(postern Get-MgUser ada@contoso.test --json | jq -r .id)' },
  },
  { page: 'docs/exchange.md', begins: 'postern New-Mailbox' },
  { page: 'docs/exchange.md', begins: '# The application permission' },
  { page: 'docs/exchange.md', begins: 'curl --cacert', typed: { 'curl ': 'curl --silent --show-error --fail ' } },
  { page: 'docs/exchange.md', begins: 'openssl req' },
  {
    page: 'docs/basic-authentication.md',
    begins: 'postern New-AuthenticationPolicy',
    first: 'postern Enable-Mailbox ada@contoso.test',
  },
  { page: 'docs/basic-authentication.md', begins: 'postern explain --mailbox' },
  {
    page: 'docs/basic-authentication.md',
    begins: 'postern report basic-auth   ',
    first: `${ada} imaps://localhost:10993/`,
    typed: { '2026-11-01': yesterday },
  },
  { page: 'docs/basic-authentication.md', begins: 'postern report basic-auth --mailbox' },
  {
    page: 'docs/basic-authentication.md',
    begins: 'postern Test-BasicAuthRetirementPlan',
    typed: { '2027-': `${year + 1}-` },
  },
  {
    page: 'docs/exchange.md',
    begins: 'postern Get-MessageTraceV2',
    first: `printf 'Subject: trace\\r\\n\\r\\nHello\\r\\n' > message
      ${ada} smtps://localhost:10465 --mail-from ada@contoso.test --mail-rcpt info@contoso.test --upload-file message`,
    typed: {
      '-MessageTraceId …': "-MessageTraceId $(postern Get-MessageTraceV2 --json | jq -r '.[0].MessageTraceId')",
      '-RecipientAddress …': '-RecipientAddress info@contoso.test',
    },
  },
  { page: 'docs/basic-authentication.md', begins: 'APP=$(postern' },
  {
    page: 'docs/basic-authentication.md',
    begins: 'postern upgrade-profile',
    first: `printf %s '${PASSWORD}' > pw`,
  },
  {
    page: 'docs/import-export.md',
    begins: 'postern export',
    first: 'postern New-Mailbox -Shared -Name other',
    typed: { '/srv/export': 'export' },
  },
  { page: 'docs/identity.md', begins: 'postern New-SigningKey  ', typed: { KID: olderKey } },
  {
    page: 'docs/backup.md',
    begins: 'postern backup',
    typed: { '/var/backups/postern': 'backup', '/var/lib/postern/data': 'postern-data', '/var/lib/postern/': '' },
  },
  { page: 'docs/backup.md', begins: 'postern New-SigningKey', typed: { KID: olderKey, DIR: 'restored' } },
  {
    page: 'docs/run.md',
    begins: 'sudo install -o postern',
    first: `mkdir data etc
      openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -days 2 -subj /CN=localhost 2>&1`,
    typed: { ...onThisMachine, '-o postern': '' },
  },
  {
    page: 'docs/run.md',
    begins: "alias postern='sudo",
    typed: { ...onThisMachine, '/var/lib/postern/data': 'postern-data' },
  },
  { page: 'docs/run.md', begins: 'postern backup', typed: onThisMachine },
]

/** The fenced blocks of a page in that language. */
function fenced(page: string, language: string): readonly string[] {
  const text = readFileSync(path.join(root, page), 'utf8')
  return [...text.matchAll(/^```(\w+)\n(.*?)^```$/gms)].flatMap(([, of, block]) => (of === language ? block! : []))
}

const replaced = (text: string, typed: Readonly<Record<string, string>>): string =>
  Object.entries(typed).reduce((sofar, [printed, own]) => sofar.replaceAll(printed, () => own), text)

const pages = ['README.md', ...readdirSync(path.join(root, 'docs')).map((name) => `docs/${name}`)].filter((name) =>
  name.endsWith('.md'),
)

describe('the commands of the pages', () => {
  it('are all run here or elsewhere', () => {
    const printed = pages.flatMap((page) => fenced(page, 'sh').map((block) => ({ page, block })))
    const known = [...blocks, ...elsewhere.map((begins) => ({ page: undefined, begins }))]
    const of = ({ page, block }: (typeof printed)[number]) =>
      known.filter((it) => (it.page ?? page) === page && block.startsWith(it.begins)).length
    expect(printed.filter((it) => of(it) !== 1)).toEqual([])
    expect(printed).toHaveLength(known.length)
  })
})

const programs = ['bash', 'curl', 'jq', 'openssl'].map((name) =>
  available(`the documentation, by ${name}`, name, name === 'openssl' ? ['version'] : undefined),
)

describe.runIf(programs.every(Boolean))('a reader who types the commands of the pages', () => {
  let server: ServerProcess
  let folder: string

  beforeAll(async () => {
    server = await ServerProcess.start([], {
      POSTERN_AUTH_BASIC: 'policy',
      POSTERN_ENTRA_ROPC: 'true',
      POSTERN_DIRECTORY_DOMAIN_VERIFICATION: 'none',
    })
    folder = await mkdtemp(path.join(tmpdir(), 'postern-reader-'))
    // A checkout with a data directory of its own.
    for (const name of readdirSync(root).filter((it) => it !== 'postern-data' && it !== '.git')) {
      symlinkSync(path.join(root, name), path.join(folder, name))
    }
    // `import` follows no links.
    rmSync(path.join(folder, 'samples'))
    cpSync(path.join(root, 'samples'), path.join(folder, 'samples'), { recursive: true })
    symlinkSync(server.data, path.join(folder, 'postern-data'))
    await writeFile(
      path.join(folder, 'aliases'),
      fenced('README.md', 'sh')
        .join('')
        .match(/^alias .*\n/m)![0],
    )
    await writeFile(path.join(folder, 'postern.yaml'), replaced(fenced('docs/run.md', 'yaml')[0]!, settings))
  })
  afterAll(async () => {
    await server.close()
    await rm(folder, { recursive: true, force: true })
  })

  const settings = { ...onThisMachine, 'host: 0.0.0.0': 'host: 127.0.0.1', 'port_base: 0 ': 'port_base: auto ' }

  /** Returns what the commands show. Variables and aliases stay from block to block, as in one terminal. */
  async function types(commands: string): Promise<string> {
    const { imaps, https, submissions } = server.ready.ports
    const ports = { ':10993': `:${imaps}`, ':10443': `:${https}`, ':10465': `:${submissions}` }
    await writeFile(path.join(folder, 'commands'), replaced(commands, ports))
    const terminal = `set -euo pipefail
      shopt -s expand_aliases
      sudo() { if [ "$1" = -u ]; then shift 2; fi; "$@"; }
      . ./aliases
      [ ! -e variables ] || . ./variables
      . ./commands
      declare -p APP ID APPID SECRET SP EXO 2>/dev/null > variables || true
      alias > aliases`
    const { code, stdout, stderr } = await run('bash', ['-c', terminal], {
      cwd: folder,
      env: { XDG_STATE_HOME: folder },
    })
    if (code !== 0) throw new Error(`The commands end with ${code}:\n${commands}\n${stdout}\n${stderr}`)
    return stdout
  }

  it.each(blocks)('$page: $begins', async ({ page, begins, first = '', typed = {} }) => {
    const block = fenced(page, 'sh').find((it) => it.startsWith(begins))!
    await types(`${first}\n${replaced(block, typed)}`)
  })

  it('docs/run.md: the service starts with its settings', async () => {
    const [, start] = /^ExecStart=(.*)$/m.exec(fenced('docs/run.md', 'ini')[0]!)!
    const shown = await types(`${replaced(start!, onThisMachine)} --ready-file ready.json &
      until [ -s ready.json ]; do kill -0 $!; sleep 0.1; done
      curl --silent --fail --insecure "$(jq -r .local_url ready.json)/health"
      kill $!
      wait $! || true`)
    expect(shown).toContain('{"status":"ok"}')
  })
})
