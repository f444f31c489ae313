import { changes, type Cmdlet, type Parameter } from '../cmdlets/cmdlet.ts'
import { changingParameters } from '../cmdlets/common-parameters.ts'
import { examples } from '../cmdlets/examples.ts'
import { cmdlets } from '../cmdlets/index.ts'
import type { Declarations } from '../core/settings.ts'
import { exitCodes, findingRemark, findingTheServer } from './cli/conventions.ts'
import { runnable } from './cli/help.ts'
import { environmentName, fallbackOf, fullName } from './config.ts'
import { declared } from './settings.ts'

/** `docs/settings.md`, printed from the declarations. */
export function settingsPage(): string {
  const sections = Object.entries(declared).map(([group, declarations]) => {
    const rows = Object.entries(declarations as Declarations).map(([name, setting]) => {
      const full = fullName(group, name)
      const [standards, exchange] = (['standards', 'exchange-online'] as const).map((it) =>
        shown(fallbackOf(setting, it)),
      )
      const fallback = standards === exchange ? standards : `${standards} (exchange-online: ${exchange})`
      return `| \`${full}\` | ${setting.meaning} | ${setting.expected} | ${fallback} | \`${environmentName(full)}\` |`
    })
    return [
      `## ${group}`,
      '',
      '| Setting | Meaning | Value | Default | Environment |',
      '| --- | --- | --- | --- | --- |',
      ...rows,
      '',
    ]
  })
  return [
    '# Settings',
    '',
    'A setting is taken from the command line, else the environment, else the file (`--config FILE`, or `postern.yaml` in the data',
    'directory), else its default. A wrong one stops the start with its name, its value and what was expected. In the file, names may',
    'be nested (`imap:` and below it `idle_minutes: 45`) or written whole (`imap.idle_minutes: 45`).',
    '',
    'This page is printed from the declarations: `npm run docs`.',
    '',
    ...sections.flat(),
  ].join('\n')
}

const shown = (value: unknown): string => (value === '' ? 'empty' : `\`${String(value)}\``)

const modules = [
  ['connection', 'Connection', 'The command line runs them itself: they are about which server the others talk to.'],
  [
    'exchange',
    'Exchange cmdlets',
    'They travel over `POST /adminapi/beta/{tenant}/InvokeCommand`. What the reference has for Exchange on premises alone, such as `-DomainController`, is taken and does nothing.',
  ],
  ['exo', 'Exchange cmdlets that read entity sets', 'They are requests to `GET /adminapi/beta/{tenant}/…`.'],
  ['graph', 'Microsoft Graph cmdlets', 'Each is one request to the Graph directory routes.'],
  ['postern', 'Postern’s own', 'They travel over `/postern/v1`.'],
] as const

/** `docs/commands.md`, printed from the declarations. */
export const commandsPage = (): string =>
  [
    '# Commands',
    '',
    'This page is printed from the declarations: `npm run docs`. `postern <name> --help` says the same.',
    '',
    ...preface,
    '',
    '## Commands',
    '',
    ...runnable.flatMap(({ name, usage, synopsis, options }) => [
      `### postern ${name}`,
      '',
      sentence(synopsis),
      '',
      '```',
      ...usage.map((line) => `postern ${name} ${line}`.trimEnd()),
      '```',
      '',
      ...(options.length > 0 ? ['| Option | |', '| --- | --- |', ...rowsOf(options), ''] : []),
    ]),
    ...modules.flatMap(([module, title, travels]) => [
      `## ${title}`,
      '',
      travels,
      '',
      ...cmdlets.filter((cmdlet) => cmdlet.module === module).flatMap(described),
    ]),
  ].join('\n')

const preface = [
  'Names of cmdlets and parameters are case-insensitive, and a unique prefix of a parameter will do. A bare switch is true; `-X:$false`, `-X:false`, `-X:` and',
  '`-X false` are false (a POSIX shell drops an unquoted `$false`: write `false`, or quote it). Objects and lists are given as JSON, a list of words also as `a,b`.',
  '`@FILE` takes a value from a file (one trailing newline dropped), `@-` from standard input, `@@` is a literal `@`.',
  '',
  'Standard output carries the result and nothing else.',
  '',
  '| Exit code | |',
  '| --- | --- |',
  ...rowsOf(exitCodes),
  '',
  `Which server is asked, and as whom. ${findingRemark}`,
  '',
  '| | |',
  '| --- | --- |',
  ...rowsOf(findingTheServer),
]

function described(cmdlet: Cmdlet): string[] {
  const lines = examples[cmdlet.name] ?? []
  const parameters = Object.entries({ ...cmdlet.parameters, ...(changes(cmdlet) ? changingParameters : {}) })
  return [
    `### ${cmdlet.name}`,
    '',
    sentence(cmdlet.synopsis),
    '',
    ...(lines.length > 0 ? ['```', ...lines.map((line) => `postern ${line}`), '```', ''] : []),
    '| Parameter | Takes | |',
    '| --- | --- | --- |',
    ...parameters.map(row),
    '',
  ]
}

const row = ([name, { type, meaning, mandatory, aliases }]: [string, Parameter]): string => {
  const names = [name, ...aliases].map((it) => `\`-${it}\``).join(', ')
  return `| ${names} | ${escaped(type.expected)} | ${mandatory ? '**Needed.** ' : ''}${escaped(meaning)} |`
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1).replace(/\.?$/, '.')}`

function rowsOf(pairs: readonly (readonly [string, string])[]): string[] {
  return pairs.map(([left, right]) => `| \`${escaped(left)}\` | ${escaped(right)} |`)
}

function escaped(text: string): string {
  return text.replaceAll('|', '\\|')
}
