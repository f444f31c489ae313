import type { ImapReader } from '../../../codecs/imap/reader.ts'
import { refuse } from '../../../core/refusal.ts'
import { command, nothing } from '../command.ts'

export const capability = command({
  name: 'CAPABILITY',
  in: ['greeted', 'unconnected', 'signed-in', 'selected'],
  spec: 'RFC 3501 §6.1.1',
  parse: nothing,
  async *run({ session }) {
    yield `* CAPABILITY ${session.capabilities()}\r\n`
  },
})

export const noop = command({
  name: 'NOOP',
  in: ['greeted', 'signed-in', 'selected'],
  spec: 'RFC 3501 §6.1.2',
  parse: nothing,
  async run() {},
})

export const logout = command({
  name: 'LOGOUT',
  in: ['greeted', 'unconnected', 'signed-in', 'selected'],
  spec: 'RFC 3501 §6.1.3',
  updates: 'none',
  parse: nothing,
  async *run({ session }) {
    yield `* BYE ${session.texts.goodbye}\r\n`
    return { after: () => session.leave() }
  },
})

// RFC 2971 §3.3: the limits on pairs and their length.
const mostPairs = 30
const longestValue = 1024

export const id = command({
  name: 'ID',
  in: ['greeted', 'unconnected', 'signed-in', 'selected'],
  spec: 'RFC 2971 §3.1',
  parse: (reader) => (reader.space().skip('NIL') ? undefined : fields(reader)),
  async *run({ session }, clientFields) {
    session.setClientName(clientName(clientFields))
    const name = session.exchange ? 'Microsoft.Exchange.Imap4.Imap4Server' : 'Postern'
    yield `* ID ("name" "${name}")\r\n`
  },
})

/** Reads the ID fields. Postern uses only the name and version, but all fields have to be well-formed. */
function fields(reader: ImapReader): ReadonlyMap<string, string> {
  const pairs = reader.list((): [string, string] => {
    const field = reader.string()
    const value = reader.space().nstring() ?? ''
    if (field.length > 30 || value.length > longestValue) refuse('bad-syntax', 'The field is too long')
    return [field.toLowerCase(), value]
  }, 0)
  if (pairs.length > mostPairs) refuse('bad-syntax', 'Too many fields')
  return new Map(pairs)
}

/** RFC 2971 §3.3: the client's name and version. */
const clientName = (clientFields: ReadonlyMap<string, string> | undefined): string =>
  [clientFields?.get('name'), clientFields?.get('version')].filter(Boolean).join(' ')
