import { changes, changingParameters, type Cmdlet, type Parameter } from '../cmdlets/cmdlet.ts'
import { examples } from '../cmdlets/examples.ts'
import { cmdlets } from '../cmdlets/index.ts'
import type { Declarations } from '../core/settings.ts'
import { exitCodes, findingRemark, findingTheServer, runnable } from './cli/help.ts'
import { environmentName, fallbackOf, fullName } from './config.ts'
import { declared } from './settings.ts'

const WIDTH = 118

/** `docs/settings.md`, printed from the declarations. */
export function settingsPage(): string {
  const sections = Object.entries(declared).map(([group, declarations]) => {
    const rows = Object.entries(declarations as Declarations).map(([name, setting]) => {
      const full = fullName(group, name)
      const [standards, exchange] = (['standards', 'exchange-online'] as const).map((it) =>
        shown(fallbackOf(setting, it)),
      )
      const fallback = standards === exchange ? standards : `${standards} (exchange-online: ${exchange})`
      return `| \`${full}\` | ${setting.meaning} | ${setting.expected} | ${fallback} |`
    })
    return [`## ${group}`, '', '| Setting | Meaning | Value | Default |', '| --- | --- | --- | --- |', ...rows, '']
  })
  return [
    '# Settings',
    '',
    ...paragraph(
      'Postern reads each setting from the command line, else from the environment, else from the file (`--config FILE`, or `postern.yaml` in the data directory), else it uses the default. A wrong value stops the start with the name of the setting, the value, and the expected values.',
    ),
    '',
    ...paragraph(
      'In the file, names may be nested (`imap:` and below it `idle_minutes: 45`) or complete (`imap.idle_minutes: 45`). [run.md](run.md) has an example of a file.',
    ),
    '',
    ...paragraph(
      `An environment variable has the name of the setting in capital letters, with \`POSTERN_\` in front and \`_\` for each dot: \`${environmentName('imap.idle_minutes')}\` sets \`imap.idle_minutes\`.`,
    ),
    '',
    ...paragraph(`Groups: ${Object.keys(declared).map(link).join(', ')}.`),
    '',
    '`npm run docs` prints this page from the declarations.',
    '',
    ...sections.flat(),
  ].join('\n')
}

const shown = (value: unknown): string => (value === '' ? 'empty' : `\`${String(value)}\``)

const modules = [
  [
    'connection',
    'Connection',
    'The command line runs these cmdlets itself. They choose the server for the other cmdlets.',
  ],
  [
    'exchange',
    'Exchange cmdlets',
    'Each is a `POST /adminapi/beta/{tenant}/InvokeCommand`. Parameters for Exchange on-premises, such as `-DomainController`, are accepted and do nothing.',
  ],
  ['exo', 'Exchange cmdlets that read entity sets', 'Each is a `GET /adminapi/beta/{tenant}/…`.'],
  ['graph', 'Microsoft Graph cmdlets', 'Each is one request to Graph’s directory API.'],
  ['postern', 'Postern’s own', 'Each is a request to Postern’s own API, `/postern/v1`.'],
] as const

/** `docs/commands.md`, printed from the declarations. */
export const commandsPage = (): string =>
  [
    '# Commands',
    '',
    ...paragraph(
      'This page lists every command and cmdlet. `postern --help` shows the important ones by task, and `postern <name> --help` shows the help of one. `npm run docs` prints this page from the declarations.',
    ),
    '',
    ...contents,
    '',
    ...preface,
    '',
    '## Commands',
    '',
    ...runnable.flatMap(({ name, usage, synopsis, options }) => [
      `### postern ${name}`,
      '',
      ...paragraph(sentence(synopsis)),
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
      ...paragraph(travels),
      '',
      ...cmdlets.filter((cmdlet) => cmdlet.module === module).flatMap(described),
    ]),
  ].join('\n')

const contents = [
  ...item(`[Commands](#commands): ${runnable.map(({ name }) => link(`postern ${name}`)).join(', ')}`),
  ...modules.flatMap(([module, title]) => {
    const count = cmdlets.filter((cmdlet) => cmdlet.module === module).length
    return item(`${link(title)} (${count})`)
  }),
]

const preface = [
  '## Conventions',
  '',
  ...item('Names of cmdlets and parameters are case-insensitive. A unique prefix of a parameter name is enough.'),
  ...item(
    'A switch without a value is true. `-X:$false`, `-X:false`, `-X:` and `-X false` are false. A POSIX shell drops an unquoted `$false`: write `false`, or quote it.',
  ),
  ...item('Objects and lists are JSON. A list of words can also be `a,b`.'),
  ...item(
    '`@FILE` takes a value from a file (without one trailing newline), `@-` from standard input. `@@` is a literal `@`.',
  ),
  ...item('Standard output carries the result and nothing else.'),
  '',
  '| Exit code | |',
  '| --- | --- |',
  ...rowsOf(exitCodes),
  '',
  ...paragraph(`How a command finds its server and its credentials: ${findingRemark}`),
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
    ...paragraph(sentence(cmdlet.synopsis)),
    '',
    ...(lines.length > 0 ? ['```', ...lines.map((line) => `postern ${line}`), '```', ''] : []),
    ...(parameters.length > 0
      ? ['| Parameter | Value | Meaning |', '| --- | --- | --- |', ...parameters.map(row), '']
      : []),
    ...parameters.filter(([, { type }]) => type.expected.length > LONGEST_VALUE).flatMap(longValue),
  ]
}

/** The longest description of a value that a table shows. */
const LONGEST_VALUE = 160

const longValue = ([name, { type }]: [string, Parameter]): string[] => [
  ...paragraph(`The value of \`-${name}\` is ${escaped(type.expected)}.`),
  '',
]

const row = ([name, { type, meaning, mandatory, aliases }]: [string, Parameter]): string => {
  const names = [name, ...aliases].map((it) => `\`-${it}\``).join(', ')
  const value = type.expected.length > LONGEST_VALUE ? 'see below' : escaped(type.expected)
  return `| ${names} | ${value} | ${mandatory ? '**Required.** ' : ''}${escaped(meaning)} |`
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1).replace(/\.?$/, '.')}`

function rowsOf(pairs: readonly (readonly [string, string])[]): string[] {
  return pairs.map(([left, right]) => `| \`${escaped(left)}\` | ${escaped(right)} |`)
}

function escaped(text: string): string {
  return text.replaceAll('|', '\\|')
}

/** A link to the heading `title` of the same page. */
function link(title: string): string {
  const anchor = title
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(/\s/g, '-')
  return `[${title}](#${anchor})`
}

function item(text: string): string[] {
  return paragraph(text, '- ', '  ')
}

/**
 * `text` in lines of at most `WIDTH` characters. A longer word gets a line of its own; a code span or a link is a word.
 */
function paragraph(text: string, first = '', rest = ''): string[] {
  const lines = [first]
  for (const word of text.match(/(?:`[^`]*`|\[[^\]]*\]\([^)]*\)|\S)+/g) ?? []) {
    const line = lines.at(-1)!
    const begun = line !== first && line !== rest
    if (begun && line.length + 1 + word.length > WIDTH) lines.push(rest + word)
    else lines[lines.length - 1] = begun ? `${line} ${word}` : line + word
  }
  return lines
}
