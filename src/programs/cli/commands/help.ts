import { helpOn, overview } from '../help.ts'
import type { Command } from '../invocation.ts'

export const help: Command = {
  name: 'help',
  usage: ['[COMMAND or Verb-Noun]'],
  synopsis: 'what there is, or help on one command or cmdlet',
  options: [],
  async run({ words, streams }) {
    const [name] = words.filter((word) => !/^-(name)?$/i.test(word))
    streams.stdout.write(`${(name === undefined ? overview() : helpOn(name)).trimEnd()}\n`)
    return 0
  },
}

/** PowerShell's name for it. */
export const getHelp: Command = { ...help, name: 'get-help', synopsis: 'the same' }
