import path from 'node:path'
import { wrongUsage } from '../failure.ts'
import { type Imported, importMail } from '../imported/import-mail.ts'
import type { CliCommand } from '../invocation.ts'
import { readOptions } from '../options.ts'
import { progressOf } from '../output/progress.ts'
import { withSession } from '../connection/session.ts'
import { jsonText, printable } from '../output/table.ts'

export const importCommand: CliCommand = {
  name: 'import',
  usage: ['MAILBOX PATH… [--folder F] [--keep-folders] [--follow-links] [--resume] [--json]'],
  synopsis: '.eml files, folders of them, mbox files and Maildirs into a mailbox, in the order of their names',
  options: [
    ['--folder F', 'the folder to put them in, made if need be (Inbox); parts are joined by /'],
    ['--keep-folders', 'directories, Maildirs and mbox files below a PATH become folders of those names'],
    ['--follow-links', 'follows symbolic links, which are skipped and counted otherwise; each directory is read once'],
    ['--resume', 'passes over what is in its folder already, octet for octet and with the same date'],
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
    const { result, links } = await importMail(
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
    streams.stdout.write(json ? `${jsonText(result, 2)}\n` : inWords(result, links))
    return result.failed.length > 0 ? 1 : 0
  },
}

function inWords({ imported, skipped, failed }: Imported, links: number): string {
  const lines = failed.map(({ path, reason }) => `  failed: ${printable(path)}: ${printable(reason)}`)
  const ofLinks = links === 0 ? '' : ` (${links} symbolic links)`
  return [`${imported} imported, ${skipped} skipped${ofLinks}, ${failed.length} failed`, ...lines, ''].join('\n')
}
