import type { Cmdlet } from '../../../cmdlets/cmdlet.ts'
import { cmdlets } from '../../../cmdlets/index.ts'
import { failed, wrongUsage } from '../failure.ts'
import type { CliCommand } from '../options.ts'
import { columns, jsonText } from '../output/table.ts'

/** The PowerShell modules of the cmdlets. */
const modules: Readonly<Record<Cmdlet['module'], string>> = {
  connection: 'ExchangeOnlineManagement',
  exchange: 'ExchangeOnlineManagement',
  exo: 'ExchangeOnlineManagement',
  graph: 'Microsoft.Graph',
  postern: 'Postern',
}

const parameters = ['name', 'verb', 'noun', 'module'] as const
type GetCommandOptions = Partial<Record<(typeof parameters)[number], string>>

/** PowerShell's Get-Command, with which scripts find cmdlets. */
export const getCommand: CliCommand = {
  name: 'get-command',
  usage: ['[-Name NAME] [-Verb VERB] [-Noun NOUN] [-Module MODULE] [--json]'],
  synopsis: 'lists the cmdlets; names can have wildcards',
  options: [],
  async run({ words, json, streams }) {
    const request = optionsIn(words)
    const found = cmdlets
      .map(({ name, module }) => ({ CommandType: 'Cmdlet', Name: name, Module: modules[module] }))
      .filter(({ Name, Module }) => {
        const [verb = '', noun = ''] = Name.split('-')
        return (
          fits(request.name, Name) &&
          fits(request.verb, verb) &&
          fits(request.noun, noun) &&
          fits(request.module, Module)
        )
      })
      .toSorted((one, other) => (one.Name < other.Name ? -1 : 1))
    if (found.length === 0) {
      failed(
        'CommandNotFoundException',
        `The term '${Object.values(request).join(' ')}' is not recognized as the name of a cmdlet, function, script file, or operable program.`,
      )
    }
    streams.stdout.write(`${json ? jsonText(found, 2) : columns(['CommandType', 'Name', 'Module'], found)}\n`)
    return 0
  },
}

const fits = (form: string | undefined, text: string): boolean => form === undefined || shapeOf(form).test(text)

function optionsIn(words: readonly string[]): GetCommandOptions {
  const request: GetCommandOptions = {}
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!
    const named = word.startsWith('-') ? parameters.find((it) => `-${it}` === word.toLowerCase()) : 'name'
    if (!named || request[named] !== undefined) return wrongUsage(`Get-Command has no parameter '${word}'.`)
    request[named] = word.startsWith('-') ? (words[++at] ?? wrongUsage(`${word} needs a value.`)) : word
  }
  return request
}

/** A pattern as in PowerShell: `*` matches any text, `?` one character, in any letter case. */
export function shapeOf(form: string): RegExp {
  const parts = form
    .replace(/[\\^$.|+()[\]{}]/g, '\\$&')
    .replaceAll(/\*+/g, '.*')
    .replaceAll('?', '.')
  return new RegExp(`^${parts}$`, 'i')
}
