import path from 'node:path'
import { exportMailbox } from '../export-mailbox.ts'
import { wrongUsage } from '../failure.ts'
import type { Command } from '../invocation.ts'
import { readOptions } from '../options.ts'
import { withSession } from '../session.ts'

export const exportMail: Command = {
  name: 'export',
  usage: ['MAILBOX DIR [--json]'],
  synopsis: 'every message of a mailbox as an .eml file, in folders like its own',
  options: [],

  async run(invocation) {
    const { positionals } = readOptions(invocation.words, {})
    const [mailbox, dir, ...others] = positionals
    if (!mailbox || !dir || others.length > 0) return wrongUsage('export needs a mailbox and one directory.')
    const target = path.resolve(invocation.folder, dir)
    const result = await withSession(invocation, (session) => exportMailbox(session, mailbox, target))
    const { json, streams } = invocation
    streams.stdout.write(
      json
        ? `${JSON.stringify(result, undefined, 2)}\n`
        : `${result.exported} messages of ${result.folders} folders exported to ${target}\n`,
    )
    return 0
  },
}
