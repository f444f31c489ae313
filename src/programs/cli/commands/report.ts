import { getExpiringCredential } from '../../../cmdlets/postern/get-expiring-credential.ts'
import { wrongUsage } from '../failure.ts'
import type { Command } from '../invocation.ts'
import { readOptions } from '../options.ts'
import { runCmdlet } from '../run-cmdlet.ts'
import { printable } from '../table.ts'

export const report: Command = {
  name: 'report',
  usage: ['expiry [--days N] [--app ID] [--json]'],
  synopsis: 'which mail programs stop, and when: the secrets and certificates that end, and what hangs on each',
  options: [
    ['--days N', 'how many days to look ahead (30)'],
    ['--app ID', 'the client id of one app'],
  ],

  async run(invocation) {
    const { values, positionals } = readOptions(invocation.words, {
      days: { type: 'string' },
      app: { type: 'string' },
    })
    const [about = '', ...others] = positionals
    if (about !== 'expiry' || others.length > 0) {
      wrongUsage(`There is a report about expiry, and none about '${printable(positionals.join(' '))}'.`)
    }
    return runCmdlet(
      {
        ...invocation,
        words: [
          ...(values.days === undefined ? [] : [`-Days:${values.days}`]),
          ...(values.app === undefined ? [] : [`-AppId:${values.app}`]),
        ],
      },
      getExpiringCredential,
    )
  },
}
