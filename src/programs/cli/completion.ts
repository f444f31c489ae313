import { changes, changingParameters } from '../../cmdlets/cmdlet.ts'
import { cmdlets } from '../../cmdlets/index.ts'
import type { CliCommand } from './options.ts'

/** A command or a cmdlet, for the completion of a shell. */
interface Completed {
  readonly name: string
  readonly synopsis: string
  /** The possible first words. */
  readonly subjects: readonly string[]
  readonly options: readonly Option[]
}

interface Option {
  /** With its dashes. */
  readonly word: string
  readonly meaning: string
  /** The possible values, if they are words of a list. */
  readonly values: readonly string[]
}

export const shells = ['bash', 'zsh', 'fish'] as const
export type Shell = (typeof shells)[number]

/** A script that makes a shell complete names, parameters, and values from lists of words. */
export function completionScript(shell: Shell, commands: readonly CliCommand[]): string {
  const all = [...commands.map(completedCommand), ...completedCmdlets()]
  return scripts[shell](all).join('\n')
}

const completedCommand = ({ name, synopsis, usage, options }: CliCommand): Completed => ({
  name,
  synopsis,
  subjects: usage.flatMap((line) => /^[a-z][a-z-]*(?: \| [a-z][a-z-]*)*(?= |$)/.exec(line)?.[0].split(' | ') ?? []),
  options: options.flatMap(([said, meaning]) =>
    said.split(', ').flatMap((option) => {
      const [word = ''] = option.split(' ')
      return word.startsWith('--') ? [{ word, meaning, values: [] }] : []
    }),
  ),
})

const completedCmdlets = (): readonly Completed[] =>
  cmdlets.map((cmdlet) => ({
    name: cmdlet.name,
    synopsis: cmdlet.synopsis,
    subjects: [],
    options: Object.entries({ ...cmdlet.parameters, ...(changes(cmdlet) ? changingParameters : {}) }).map(
      ([name, { meaning, type }]) => ({ word: `-${name}`, meaning, values: type.words ?? [] }),
    ),
  }))

const everywhere = ['--data', '--json', '--help']

const scripts: Readonly<Record<Shell, (all: readonly Completed[]) => readonly string[]>> = { bash, zsh, fish }

/** For every bash version: older ones have no associative arrays and no conversion of letter case. */
function bash(all: readonly Completed[]): readonly string[] {
  return [
    '# bash completion for postern: source <(postern completion bash)',
    '_postern_words() {',
    '  shopt -s nocasematch',
    ...cases('"$1 $2"', valueCases(all)),
    '  if [ "$3" -eq 1 ]; then',
    `    printf '%s\\n' ${names(all)}`,
    '    return',
    '  fi',
    ...cases('"$1"', optionCases(all)),
    '}',
    '_postern() {',
    '  local word current=${COMP_WORDS[COMP_CWORD]}',
    '  COMPREPLY=()',
    '  while IFS= read -r word; do COMPREPLY+=("$word"); done < <(',
    '    shopt -s nocasematch',
    '    _postern_words "${COMP_WORDS[1]}" "${COMP_WORDS[COMP_CWORD-1]}" "$COMP_CWORD" |',
    '      while IFS= read -r word; do [[ $word == "$current"* ]] && printf \'%s\\n\' "$word"; done',
    '  )',
    '}',
    'complete -o default -F _postern postern',
  ]
}

function zsh(all: readonly Completed[]): readonly string[] {
  return [
    '#compdef postern',
    '# zsh completion for postern: source <(postern completion zsh)',
    '_postern_words() {',
    ...cases('"$1 $2"', valueCases(all)),
    '  if [ "$3" -eq 2 ]; then',
    `    printf '%s\\n' ${names(all)}`,
    '    return',
    '  fi',
    ...cases('"$1"', optionCases(all)),
    '}',
    '_postern() {',
    '  local -a found',
    '  found=("${(@f)$(_postern_words "$words[2]" "$words[CURRENT-1]" "$CURRENT")}")',
    "  compadd -M 'm:{a-zA-Z}={A-Za-z}' -a found || _files",
    '}',
    'compdef _postern postern',
  ]
}

function fish(all: readonly Completed[]): readonly string[] {
  return [
    '# fish completion for postern: postern completion fish | source',
    ...all.map(
      ({ name, synopsis }) => `complete -c postern -n __fish_use_subcommand -f -a ${name} -d ${quoted(synopsis)}`,
    ),
    ...all.flatMap(({ name, subjects }) =>
      subjects.map((word) => `complete -c postern -n '__fish_seen_subcommand_from ${name}' -f -a ${word}`),
    ),
    ...all.flatMap(({ name, options }) =>
      options.map(({ word, meaning, values }) => {
        const option = word.startsWith('--') ? `-l ${word.slice(2)}` : `-o ${word.slice(1)}`
        const following = values.length > 0 ? ` -x -a ${quoted(values.join(' '))}` : ''
        return `complete -c postern -n '__fish_seen_subcommand_from ${name}' ${option}${following} -d ${quoted(meaning)}`
      }),
    ),
    ...everywhere.map((word) => `complete -c postern -l ${word.slice(2)}`),
  ]
}

const names = (all: readonly Completed[]): string => all.map(({ name }) => quoted(name)).join(' ')

type Case = readonly [pattern: string, words: readonly string[]]

const valueCases = (all: readonly Completed[]): readonly Case[] =>
  all.flatMap(({ name, options }) =>
    options.flatMap(({ word, values }) => (values.length > 0 ? [[quoted(`${name} ${word}`), values] as const] : [])),
  )

const optionCases = (all: readonly Completed[]): readonly Case[] =>
  all.map(
    ({ name, subjects, options }) =>
      [quoted(name), [...subjects, ...options.map(({ word }) => word), ...everywhere]] as const,
  )

const cases = (subject: string, all: readonly Case[]): readonly string[] => [
  `  case ${subject} in`,
  ...all.map(([pattern, words]) => `    ${pattern}) printf '%s\\n' ${words.map(quoted).join(' ')}; return ;;`),
  '  esac',
]

/** For POSIX shells and for fish alike. */
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`
