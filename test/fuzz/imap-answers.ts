import { readValues } from '../support/imap-values.ts'

/** Whose text is for people. */
const told = /^(OK|NO|BAD|BYE|PREAUTH)\b/

/** The tags of all that was answered, in order. Throws where an octet is out of its place. */
export function tagsIn(octets: Buffer): string[] {
  const text = octets.toString('latin1')
  const tags: string[] = []
  for (const response of responsesIn(text)) {
    if (response.startsWith('+')) continue
    const [, tag, rest] = /^(\*|[^\s]+) ([^]*)$/.exec(response) ?? []
    if (tag === undefined) throw new Error(`'${response}' is no response`)
    if (tag !== '*') {
      if (!/^(OK|NO|BAD) /.test(rest!)) throw new Error(`'${response}' ends no command`)
      tags.push(tag)
    } else if (!told.test(rest!)) readValues(rest!)
  }
  return tags
}

/** Literals in place, without the last CRLF. */
function* responsesIn(text: string): Generator<string> {
  let start = 0
  for (let at = 0; at < text.length;) {
    const end = text.indexOf('\r\n', at)
    if (end < 0) throw new Error(`'${text.slice(start, start + 200)}' does not end`)
    const line = text.slice(at, end)
    if (/[\r\n\0]/.test(line)) throw new Error(`${JSON.stringify(line.slice(0, 200))} has what no line may have`)
    const literal = /\{(\d+)\}$/.exec(line)
    // Words for people may end like that.
    if (literal && !/^(?:\*|\S+) (?:OK|NO|BAD|BYE) /.test(text.slice(start, start + 40))) {
      at = end + 2 + Number(literal[1])
      continue
    }
    yield text.slice(start, end)
    start = at = end + 2
  }
}
