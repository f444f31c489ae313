// What mail programs keep in the header of an mbox's messages: it is the file's, and no part of the message.

const STATUS = /^(status|x-status|x-keywords):[ \t]*([^\r\n]*)\r?\n/i

const statusLetters: Readonly<Record<string, string>> = { R: '\\Seen' }
const xStatusLetters: Readonly<Record<string, string>> = {
  A: '\\Answered',
  D: '\\Deleted',
  F: '\\Flagged',
  T: '\\Draft',
}

/** Takes the fields about flags out of the header of a message, and reads them. Other octets stay as they are. */
export function takeMboxStatus(bytes: Buffer): { readonly bytes: Buffer; readonly flags: readonly string[] } {
  const kept: Buffer[] = []
  const flags = new Set<string>()
  let from = 0
  for (let at = 0; at < bytes.length;) {
    const end = bytes.indexOf(0x0a, at) + 1
    // An empty line ends the header.
    if (end === 0 || end - at <= 2) break
    const [, name, value] = STATUS.exec(bytes.toString('latin1', at, Math.min(end, at + 4096))) ?? []
    if (name !== undefined && value !== undefined) {
      for (const flag of flagsIn(name.toLowerCase(), value)) flags.add(flag)
      kept.push(bytes.subarray(from, at))
      from = end
    }
    at = end
  }
  if (from === 0) return { bytes, flags: [] }
  return { bytes: Buffer.concat([...kept, bytes.subarray(from)]), flags: [...flags] }
}

/** The fields for flags: `Status: RO`, `X-Status: AF`, `X-Keywords: $Forwarded`, each line with LF. */
export function writeMboxStatus(flags: readonly string[]): string {
  const lettersOf = (letters: Readonly<Record<string, string>>): string =>
    Object.keys(letters)
      .filter((letter) => flags.includes(letters[letter]!))
      .join('')
  const xStatus = lettersOf(xStatusLetters)
  const keywords = flags.filter((name) => !name.startsWith('\\'))
  return [
    `Status: ${lettersOf(statusLetters)}O\n`,
    xStatus === '' ? '' : `X-Status: ${xStatus}\n`,
    keywords.length === 0 ? '' : `X-Keywords: ${keywords.join(' ')}\n`,
  ].join('')
}

function flagsIn(field: string, value: string): string[] {
  if (field === 'x-keywords') return value.split(/[\s,]+/).filter((name) => name !== '')
  const letters = field === 'status' ? statusLetters : xStatusLetters
  return value.split('').flatMap((letter) => letters[letter] ?? [])
}
