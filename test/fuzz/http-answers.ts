import assert from 'node:assert/strict'

/** RFC 9110 §5.5: what a field's value may hold. */
const field = /^[!#$%&'*+.^`|~\w-]+: [\t\x20-\x7e\x80-\xff]*$/

/**
 * Statuses with which a server may say that something is the server's affair: not implemented, busy, another version.
 */
const ALLOWED = new Set([501, 503, 505])

/** Throws where an answer is one that no client may be given. */
export function checkStatus(status: number, text: string): void {
  assert((status >= 100 && status < 500) || ALLOWED.has(status), `the answer is ${status}: ${text.slice(0, 300)}`)
}

/** The statuses of all that was answered, in order. Throws where an octet is out of its place. */
export function statusesIn(octets: Buffer, isHead: boolean): number[] {
  const text = octets.toString('latin1')
  const statuses: number[] = []
  for (let at = 0; at < text.length;) {
    const end = text.indexOf('\r\n\r\n', at)
    assert(end >= 0, `'${text.slice(at, at + 200)}' does not end`)
    const [line = '', ...fields] = text.slice(at, end).split('\r\n')
    const status = Number(/^HTTP\/1\.1 (\d{3}) [\x20-\x7e]*$/.exec(line)?.[1])
    assert(status > 0, `'${line.slice(0, 200)}' is no status line`)
    for (const it of fields) assert.match(it, field)
    statuses.push(status)
    at = end + 4
    checkStatus(status, text.slice(at))
    // The answer to HEAD has no body, and the parser does not know which request used HEAD.
    if (isHead) return statuses
    at = bodyEnd(text, at, status, fields)
  }
  return statuses
}

function bodyEnd(text: string, at: number, status: number, fields: readonly string[]): number {
  const value = (name: string) => fields.find((it) => it.toLowerCase().startsWith(`${name}: `))?.slice(name.length + 2)
  if (status < 200 || status === 204 || status === 304) return at
  if (value('transfer-encoding') === 'chunked') return chunksEnd(text, at)
  const length = value('content-length')
  if (length === undefined) return text.length
  const end = at + Number(length)
  assert(end <= text.length, `a body of ${length} octets is cut off`)
  return end
}

function chunksEnd(text: string, from: number): number {
  for (let at = from; ;) {
    const line = text.indexOf('\r\n', at)
    const length = Number.parseInt(text.slice(at, line), 16)
    assert(line > at && length >= 0, `'${text.slice(at, at + 50)}' is no chunk`)
    at = line + 2 + length + 2
    if (length === 0) return at
  }
}
