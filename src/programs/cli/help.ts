import { changes, type Cmdlet, type Parameter } from '../../cmdlets/cmdlet.ts'
import { cmdlets, findCmdlet } from '../../cmdlets/index.ts'
import { changingParameters } from '../../cmdlets/common-parameters.ts'
import { examples } from '../../cmdlets/examples.ts'
import { commands } from './commands/index.ts'
import { completionScript, shells } from './completion.ts'
import { exitCodes, findingRemark, findingTheServer } from './conventions.ts'
import { wrongUsage } from './failure.ts'
import type { Command } from './invocation.ts'
import { printable } from './output/table.ts'
import { shapeOf } from './cmdlets/wildcards.ts'

const everywhere = [
  ['--data DIR', 'the data directory of the server to talk to (./postern-data)'],
  ['--json', 'results and failures as JSON; nothing is asked'],
  ['--help', 'help on a command or cmdlet'],
  ['--version', 'the version'],
] as const

const help: Command = {
  name: 'help',
  usage: ['[COMMAND or Verb-Noun]'],
  synopsis: 'what there is, or help on one command or cmdlet',
  options: [],
  async run({ words, streams }) {
    // -Name stands before a name; -Full, -Examples and the like are of no concern.
    const [name] = words.filter((word) => !word.startsWith('-'))
    streams.stdout.write(`${(name === undefined ? overview() : helpOn(name)).trimEnd()}\n`)
    return 0
  },
}

/** PowerShell's name for it. */
const getHelp: Command = { ...help, name: 'get-help', synopsis: 'the same' }

const completion: Command = {
  name: 'completion',
  usage: ['bash | zsh | fish'],
  synopsis: 'a script by which a shell completes commands, cmdlets, parameters and their values',
  options: [],
  async run({ words, streams }) {
    const shell = shells.find((it) => it === words[0]?.toLowerCase())
    if (!shell || words.length > 1) wrongUsage(`completion takes one of ${shells.join(', ')}.`)
    streams.stdout.write(`${completionScript(shell, runnable)}\n`)
    return 0
  },
}

/** What can be run under a name that is no cmdlet's. */
export const runnable: readonly Command[] = [...commands, help, getHelp, completion]

/** What there is. */
export function overview(): string {
  const own = runnable.map(({ name, synopsis }) => [name, synopsis] as const)
  const modules = (['connection', 'exchange', 'exo', 'graph', 'postern'] as const).flatMap((module) =>
    cmdlets.filter((cmdlet) => cmdlet.module === module).map(({ name, synopsis }) => [name, synopsis] as const),
  )
  return [
    'postern: a mail platform for programs.',
    '',
    'Usage: postern <command> …    postern <Verb-Noun> -Parameter value …',
    '',
    'Commands',
    ...aligned(own),
    '',
    'Cmdlets',
    ...aligned(modules),
    '',
    'Everywhere',
    ...aligned(everywhere),
    '',
    'Which server is asked',
    ...aligned(findingTheServer),
    `  ${findingRemark}`,
    '',
    'Exit codes',
    ...aligned(exitCodes),
  ].join('\n')
}

/** Help on one command or cmdlet; of a name with wildcards, which ones are called so. */
export function helpOn(name: string): string {
  if (/[*?]/.test(name)) return called(name)
  const cmdlet = findCmdlet(name)
  if (cmdlet) return cmdletHelp(cmdlet)
  const command = runnable.find((it) => it.name === name.toLowerCase())
  return command ? commandHelp(command) : wrongUsage(`'${printable(name)}' is no command and no cmdlet.`)
}

function called(form: string): string {
  const shape = shapeOf(form)
  const found = [...runnable, ...cmdlets].filter((it) => shape.test(it.name))
  if (found.length === 0) return wrongUsage(`No command and no cmdlet is called '${printable(form)}'.`)
  return aligned(found.map(({ name, synopsis }) => [name, synopsis] as const)).join('\n')
}

const commandHelp = ({ name, usage, synopsis, options }: Command): string =>
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
    ...(mandatory ? ['Needed.'] : []),
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
