import path from 'node:path'
import { wrongUsage } from '../failure.ts'
import { type Imported, importMail, type SkippedFile } from '../import/import-mail.ts'
import type { CliCommand } from '../invocation.ts'
import { readOptions } from '../options.ts'
import { progressOf } from '../output/progress.ts'
import { withSession } from '../connection/session.ts'
import { jsonText, printable } from '../output/table.ts'
import { warningsOf } from '../output/warning.ts'

export const importCommand: CliCommand = {
  name: 'import',
  usage: ['MAILBOX PATH… [--folder F] [--keep-folders] [--follow-links] [--resume] [--json]'],
  synopsis:
    'imports .eml files, directories of them, mbox files and Maildirs into a mailbox, in the order of their names',
  options: [
    ['--folder F', 'the folder for the messages, created if it is missing (Inbox); levels are separated by /'],
    ['--keep-folders', 'directories, Maildirs and mbox files below a PATH become folders of those names'],
    ['--follow-links', 'follows symbolic links, which are otherwise skipped; each directory is read once'],
    ['--resume', 'skips messages that are in the folder already, with the same octets and date'],
  ],

  async run(invocation) {
    const { values, positionals } = readOptions(invocation.words, {
      folder: { type: 'string' },
      'keep-folders': { type: 'boolean' },
      'follow-links': { type: 'boolean' },
      resume: { type: 'boolean' },
    })
    const [mailbox, ...paths] = positionals
    if (!mailbox || paths.length === 0) return wrongUsage('import needs a mailbox and the paths of what to import.')
    const { json, streams } = invocation
    const { result, skippedFiles } = await importMail(
      {
        mailbox,
        paths: paths.map((it) => path.resolve(invocation.folder, it)),
        folder: values.folder,
        keepFolders: values['keep-folders'] ?? false,
        followLinks: values['follow-links'] ?? false,
        resume: values.resume ?? false,
      },
      (octets) => progressOf(invocation, octets),
      (run) => withSession(invocation, run),
    )
    const warn = warningsOf(invocation)
    for (const line of skippedInWords(skippedFiles)) {
      if (json) warn(line)
      else streams.stderr.write(`${line}\n`)
    }
    const links = skippedFiles.filter(({ link }) => link).length
    streams.stdout.write(json ? `${jsonText(result, 2)}\n` : inWords(result, links))
    return result.failed.length > 0 ? 1 : 0
  },
}

/** As many are named; a directory of other files can be large. */
const MOST_NAMED = 20

function skippedInWords(files: readonly SkippedFile[]): readonly string[] {
  const lines = files
    .slice(0, MOST_NAMED)
    .map(({ path, link }) => `skipped: ${printable(path)}: ${link ? 'symbolic link' : 'not .eml, .mbox or Maildir'}`)
  const others = files.length - MOST_NAMED
  return others > 0 ? [...lines, `skipped: ${others} more`] : lines
}

function inWords({ imported, skipped, failed }: Imported, links: number): string {
  const lines = failed.map(({ path, reason }) => `  failed: ${printable(path)}: ${printable(reason)}`)
  const ofLinks = links === 0 ? '' : ` (${links} symbolic links)`
  return [`${imported} imported, ${skipped} skipped${ofLinks}, ${failed.length} failed`, ...lines, ''].join('\n')
}
