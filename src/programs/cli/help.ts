import { changes, changingParameters, type Cmdlet, type Parameter } from '../../cmdlets/cmdlet.ts'
import { examples } from '../../cmdlets/examples.ts'
import { cmdlets, findCmdlet } from '../../cmdlets/index.ts'
import { didYouMean } from '../../core/did-you-mean.ts'
import { advise } from './commands/advise.ts'
import { backup, restore } from './commands/backup.ts'
import { explain } from './commands/explain.ts'
import { exportMail } from './commands/export.ts'
import { getCommand, shapeOf } from './commands/get-command.ts'
import { importCommand } from './commands/import.ts'
import { migrate } from './commands/migrate.ts'
import { nodes } from './commands/nodes.ts'
import { report } from './commands/report.ts'
import { resetAdmin } from './commands/reset-admin.ts'
import { serve } from './commands/serve.ts'
import { token } from './commands/token.ts'
import { upgradeProfile } from './commands/upgrade-profile.ts'
import { verify } from './commands/verify.ts'
import { completionScript, shells } from './completion.ts'
import { wrongUsage } from './failure.ts'
import type { CliCommand, Environment } from './options.ts'
import { printable } from './output/table.ts'
import { styleFor } from './output/terminal.ts'
import { programName } from './program-name.ts'

/** Every command that is not a cmdlet, except `help`. */
const commands: readonly CliCommand[] = [
  serve,
  token,
  upgradeProfile,
  importCommand,
  exportMail,
  explain,
  advise,
  report,
  verify,
  backup,
  restore,
  migrate,
  nodes,
  resetAdmin,
  getCommand,
]

const globalOptions = [
  ['--data DIR', 'The data directory of the server to use (default: ./postern-data)'],
  ['--json', 'Print results and failures as JSON; ask no questions'],
  ['--help', 'Print help for a command or cmdlet'],
  ['--version', 'Print the version'],
] as const

/** The commands and cmdlets that most users need, by task, in the order in which they are used. */
const tasks: readonly (readonly [task: string, entries: readonly (readonly [name: string, does: string])[]])[] = [
  [
    'Start',
    [
      ['serve', 'Start a server'],
      ['test-server', 'Start a throw-away server for tests'],
      ['portal', 'Open the web portal'],
    ],
  ],
  [
    'Let an app open a mailbox',
    [
      ['New-Mailbox', 'Create a mailbox'],
      ['New-MgApplication', 'Register the app'],
      ['Add-MgApplicationPassword', 'Create a client secret for it'],
      ['New-MgServicePrincipal', 'Create its service principal in this tenant'],
      ['New-MgServicePrincipalAppRoleAssignment', 'Consent to an application permission'],
      ['New-ServicePrincipal', 'Create its Exchange service principal'],
      ['Add-MailboxPermission', 'Grant the app access to the mailbox'],
      ['token', 'Fetch a token and describe it'],
    ],
  ],
  [
    'Work with mail',
    [
      ['import', 'Add .eml files, mbox files or Maildirs to a mailbox'],
      ['export', 'Write every message of a mailbox to files'],
      ['Get-MessageTraceV2', 'Find out what happened to a message'],
    ],
  ],
  [
    'Find out why a sign-in fails',
    [
      ['explain', 'Show the failed check and the commands that fix it'],
      ['Get-MgAuditLogSignIn', 'List sign-ins'],
      ['Search-UnifiedAuditLog', 'List changes and sign-ins'],
    ],
  ],
  [
    'Retire passwords',
    [
      ['report', 'List apps that use passwords, and credentials that expire'],
      ['advise', 'Show what a move to Microsoft Graph needs'],
      ['New-BasicAuthRetirementPlan', 'Plan the end of passwords'],
      ['upgrade-profile', "Exchange a user's password for a refresh token"],
    ],
  ],
  [
    'Maintain a server',
    [
      ['backup', 'Copy a data directory, also while a server uses it'],
      ['restore', 'Create a data directory from a backup'],
      ['migrate', 'Copy a store into PostgreSQL and S3'],
      ['nodes', 'List the nodes of a shared store'],
      ['verify', 'Check a data directory or a backup'],
      ['reset-admin', "Create a new secret for the administrator's app"],
    ],
  ],
]

const help: CliCommand = {
  name: 'help',
  usage: ['[COMMAND or Verb-Noun]'],
  synopsis: 'Print help: an overview, or help on one command or cmdlet',
  options: [],
  async run({ words, env, streams }) {
    // PowerShell's -Name may precede the name; -Full, -Examples and the like change nothing.
    const [name] = words.filter((word) => !word.startsWith('-'))
    streams.stdout.write(
      `${styledHelp(name === undefined ? overview(programName(env)) : helpOn(name, env), streams.stdout, env).trimEnd()}\n`,
    )
    return 0
  },
}

/** PowerShell's name for it. */
const getHelp: CliCommand = { ...help, name: 'get-help', synopsis: 'The same as help' }

const completion: CliCommand = {
  name: 'completion',
  usage: ['bash | zsh | fish'],
  synopsis: 'Print a script that makes a shell complete commands, cmdlets, parameters and values',
  options: [],
  async run({ words, streams }) {
    const shell = shells.find((it) => it === words[0]?.toLowerCase())
    if (!shell || words.length > 1) wrongUsage(`completion takes one of ${shells.join(', ')}.`)
    streams.stdout.write(`${completionScript(shell, runnable)}\n`)
    return 0
  },
}

/** Every command that is not a cmdlet. */
export const runnable: readonly CliCommand[] = [...commands, help, getHelp, completion]

/** Help by task, in at most 80 lines. */
export function overview(program: string): string {
  return [
    'postern: a mail platform for programs',
    '',
    'Usage: postern COMMAND …        postern VERB-NOUN -Parameter value …',
    ...(program === 'postern' ? [] : [`Run as: ${program}`]),
    ...tasks.flatMap(([task, entries]) => ['', task, ...aligned(entries.filter(([name]) => known(name)))]),
    '',
    'More help',
    ...aligned([
      ['help NAME', 'Help on a command or cmdlet; NAME may have wildcards'],
      ['Get-Command', `List all ${cmdlets.length} cmdlets (names as in the Exchange and Graph modules)`],
      ['help environment', 'Environment variables, and which server a command uses'],
      ['help exit-codes', 'Exit codes'],
      ['completion', 'Print a completion script for bash, zsh or fish'],
    ]),
    '',
    'Options',
    ...aligned(globalOptions),
  ].join('\n')
}

const known = (name: string): boolean => findCmdlet(name) !== undefined || commandNamed(name) !== undefined

const topics: Readonly<Record<string, () => readonly string[]>> = {
  environment: () => ['Which server a command uses', ...aligned(findingTheServer), '', `  ${findingRemark}`],
  'exit-codes': () => ['Exit codes', ...aligned(exitCodes)],
}

const commandNamed = (name: string): CliCommand | undefined => runnable.find((it) => it.name === name.toLowerCase())

/** Headings in bold on a terminal. */
export function styledHelp(text: string, stream: { readonly isTTY?: boolean }, env: Environment): string {
  const style = styleFor(stream, env)
  return text.replace(/^(?:[A-Z][A-Za-z ]+|postern: .*)$/gm, (heading) => style('bold', heading))
}

/** Fails with wrong usage, and names the command or cmdlet with the most similar spelling. */
export function unknownCommand(name: string, env: Environment): never {
  const near = didYouMean(
    name,
    [...runnable, ...cmdlets].map((it) => it.name),
  )
  const hint = near === undefined ? `"${programName(env)} help" lists the commands.` : `Did you mean '${near}'?`
  return wrongUsage(`unknown command '${printable(name)}'. ${hint}`)
}

/** Help on one command or cmdlet; for a name with wildcards, a list of those that match. */
export function helpOn(name: string, env: Environment): string {
  if (/[*?]/.test(name)) return called(name)
  const cmdlet = findCmdlet(name)
  if (cmdlet) return cmdletHelp(cmdlet)
  const command = commandNamed(name)
  if (command) return commandHelp(command)
  const topic = Object.hasOwn(topics, name.toLowerCase()) ? topics[name.toLowerCase()] : undefined
  return topic ? topic().join('\n') : unknownCommand(name, env)
}

function called(form: string): string {
  const shape = shapeOf(form)
  const found = [...runnable, ...cmdlets].filter((it) => shape.test(it.name))
  if (found.length === 0) return wrongUsage(`no command or cmdlet matches '${printable(form)}'.`)
  return aligned(found.map(({ name, synopsis }) => [name, synopsis] as const)).join('\n')
}

const commandHelp = ({ name, usage, synopsis, options }: CliCommand): string =>
  [
    `postern ${name}: ${synopsis}`,
    '',
    ...usage.map((line, at) => `${at === 0 ? 'Usage:' : '      '} postern ${name} ${line}`.trimEnd()),
    ...(options.length > 0 ? ['', 'Options', ...aligned(options)] : []),
    '',
    'Exit codes',
    ...aligned(exitCodes),
  ].join('\n')

function cmdletHelp(cmdlet: Cmdlet): string {
  const parameters = Object.entries({ ...cmdlet.parameters, ...(changes(cmdlet) ? changingParameters : {}) })
  return [
    'NAME',
    `    ${cmdlet.name}`,
    '',
    'SYNOPSIS',
    `    ${cmdlet.synopsis}`,
    '',
    'SYNTAX',
    `    ${cmdlet.name} ${parameters.map(syntax).join(' ')}`,
    '',
    'PARAMETERS',
    ...parameters.flatMap(parameterHelp),
    ...examplesOf(cmdlet),
  ].join('\n')
}

function examplesOf({ name }: Cmdlet): readonly string[] {
  const lines = examples[name] ?? []
  return lines.length === 0 ? [] : ['EXAMPLES', ...lines.map((line) => `    postern ${line}`)]
}

function syntax([name, { type, mandatory, position }]: [string, Parameter]): string {
  const named = position === undefined ? `-${name}` : `[-${name}]`
  const whole = type.shown === '' ? named : `${named} ${type.shown}`
  return mandatory ? whole : `[${whole}]`
}

function parameterHelp([name, { type, meaning, mandatory, aliases }]: [string, Parameter]): string[] {
  const remarks = [
    ...(mandatory ? ['Required.'] : []),
    ...(aliases.length > 0 ? [`Also: ${aliases.map((alias) => `-${alias}`).join(', ')}.`] : []),
    ...(type.expected.startsWith('one of') || type.expected.startsWith('a list of ')
      ? [`Takes ${type.expected}.`]
      : []),
  ]
  return [`    -${name} ${type.shown}`.trimEnd(), `        ${meaning}`, ...remarks.map((line) => `        ${line}`), '']
}

function aligned(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length))
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`)
}

/** The exit codes of every command. */
export const exitCodes = [
  ['0', 'Success'],
  ['1', 'Failure, or a refusal by the server; Ctrl-C or Ctrl-D at a question'],
  ['2', 'Wrong usage: arguments, or environment variables that do not go together'],
  ['3', 'The server cannot be reached'],
  ['4', 'serve only: a port is in use, or this user is not allowed to open it'],
] as const

/** How a command finds its server and its credentials. */
export const findingTheServer = [
  ['--data DIR', 'The server that uses this data directory; has precedence over POSTERN_URL'],
  ['POSTERN_URL', 'The https URL of a server; needs POSTERN_TENANT, and POSTERN_CLIENT_ID or POSTERN_ACCESS_TOKEN'],
  ['POSTERN_TENANT', 'The tenant, as a GUID or a domain (default: the first tenant of the data directory)'],
  ['POSTERN_CLIENT_ID', 'The app to sign in as; needs one of the next three (default: the administrator’s app)'],
  ['POSTERN_CLIENT_SECRET', 'The client secret of the app'],
  ['POSTERN_CLIENT_SECRET_FILE', 'A file with the client secret'],
  ['POSTERN_CERTIFICATE', 'A PEM file with the app’s certificate; the key is in it or in the file POSTERN_KEY'],
  ['POSTERN_ACCESS_TOKEN', 'An access token for Exchange, in place of an app; for example a user’s'],
  ['POSTERN_CA', 'A PEM file with the CA to trust; --data knows its own'],
  [
    'POSTERN_CONNECTION',
    'The file of saved connections (default: $XDG_STATE_HOME/postern/connection.json, else below ~/.local/state)',
  ],
] as const

export const findingRemark =
  'Order: flags, variables, the connection that Connect-ExchangeOnline saved, ./postern-data/server.json. The first one found counts.'
