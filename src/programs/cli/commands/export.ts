import path from 'node:path'
import { exportMailbox } from '../export/export-mailbox.ts'
import { type Format, formats } from '../export/export-target.ts'
import { wrongUsage } from '../failure.ts'
import type { CliCommand } from '../invocation.ts'
import { readOptions } from '../options.ts'
import { progressOf } from '../output/progress.ts'
import { withSession } from '../connection/session.ts'
import { jsonText } from '../output/table.ts'

export const exportMail: CliCommand = {
  name: 'export',
  usage: ['MAILBOX DIR [--format eml|maildir|mbox] [--json]'],
  synopsis:
    'writes every message of a mailbox with its flags and date into directories for its folders; a second run continues the first',
  options: [
    [
      '--format F',
      'eml: files UID.eml and a list of dates and flags; maildir: one Maildir a folder; mbox: one file a folder (eml)',
    ],
  ],

  async run(invocation) {
    const { values, positionals } = readOptions(invocation.words, { format: { type: 'string' } })
    const [mailbox, dir, ...others] = positionals
    if (!mailbox || !dir || others.length > 0) return wrongUsage('export needs a mailbox and one directory.')
    const what = { mailbox, target: path.resolve(invocation.folder, dir), format: formatOf(values.format ?? 'eml') }
    const result = await withSession(invocation, (session) =>
      exportMailbox(session, what, (octets) => progressOf(invocation, octets)),
    )
    const { json, streams } = invocation
    const { exported, present, folders } = result
    const before = present === 0 ? '' : `, ${present} were there before`
    streams.stdout.write(
      json
        ? `${jsonText(result, 2)}\n`
        : `${exported} messages of ${folders} folders exported to ${what.target}${before}\n`,
    )
    return 0
  },
}

const formatOf = (name: string): Format =>
  formats.find((format) => format === name) ?? wrongUsage(`--format must be one of ${formats.join(', ')}.`)
