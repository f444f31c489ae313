import { writeMboxStatus } from '../mail-files/mbox-status.ts'
import { emptied, moved, told } from './files.ts'
import type { Listing, Place, ExportTarget } from './export-target.ts'

/** One file a folder; lines end in LF and `From ` is quoted as mboxrd does, so that it can be undone. */
export async function mboxShelf({ directory }: Place): Promise<ExportTarget> {
  const part = `${directory}.mbox.part`
  const file = await emptied(part)

  return {
    // An mbox is one file: it is written as a whole.
    has: async () => false,

    async put(message, bytes) {
      await told(part, file.writeFile(mboxEntry(message, bytes)))
    },

    async finish() {
      await told(part, file.close())
      await moved(part, `${directory}.mbox`)
    },
  }
}

/** RFC 4155 §2, App. A: the separator gives the time in UTC, as asctime does. */
export function mboxEntry({ received, flags }: Listing, bytes: Buffer): Buffer {
  const lines = bytes.toString('latin1').replaceAll('\r\n', '\n')
  const quoted = lines.replace(/^(>*From )/gm, '>$1')
  const end = quoted.endsWith('\n') ? '\n' : '\n\n'
  return Buffer.from(
    `From MAILER-DAEMON ${asctime(new Date(received))}\n${writeMboxStatus(flags)}${quoted}${end}`,
    'latin1',
  )
}

const asctime = (at: Date): string => {
  const [weekday, day, month, year, time] = at.toUTCString().replace(',', '').split(' ')
  return `${weekday} ${month} ${day!.replace(/^0/, ' ')} ${time} ${year}`
}
