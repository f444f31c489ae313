import type { ImapReader } from '../../../codecs/imap/reader.ts'
import { DEFLATED_OCTETS } from '../../../core/deflate-stream.ts'
import { refuse } from '../../../core/refusal.ts'
import { command, nothing } from '../command.ts'
import type { ImapDialect } from '../dialect.ts'
import { enablingCondstore } from '../view/condstore.ts'

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

export const starttls = command({
  name: 'STARTTLS',
  in: ['greeted'],
  spec: 'RFC 3501 §6.2.1',
  updates: 'none',
  parse: nothing,
  async run({ session }) {
    const { tls } = session.deps
    if (!tls || !session.mayStartTls) refuse('wrong-state', 'STARTTLS is not available')
    return {
      text: 'Begin TLS negotiation now.',
      async after() {
        if (!(await session.startTls(tls()))) session.wire.destroy()
      },
    }
  },
})

export const compress = command({
  name: 'COMPRESS',
  profile: 'standards',
  in: ['signed-in', 'selected'],
  spec: 'RFC 4978 §3',
  updates: 'none',
  parse: (reader) => reader.space().word(),
  async run({ session }, algorithm) {
    const { wire, packing } = session
    if (algorithm !== 'DEFLATE') refuse('unsupported', 'Only DEFLATE is supported')
    if (wire.deflated) refuse('not-allowed', 'DEFLATE is active already', { code: 'COMPRESSIONACTIVE' })
    const release = packing.tryTakeAll(DEFLATED_OCTETS, session.chargedTo)
    if (!release) refuse('busy', 'No memory for compression at the moment', { code: 'UNAVAILABLE' })
    session.onSignOut(release)
    return { text: 'DEFLATE active.', after: () => wire.startDeflate() }
  },
})

/** The extensions that ENABLE accepts, and their effect on the dialect. */
const extensions = new Map<string, Partial<ImapDialect>>([
  ['CONDSTORE', { condstore: true }],
  // RFC 7162 §3.2.3: QRESYNC implies CONDSTORE.
  ['QRESYNC', { condstore: true, qresync: true }],
  // RFC 6855 §3
  ['UTF8=ACCEPT', { utf8: true }],
  // RFC 9051 §6.3.1
  ['IMAP4REV2', { utf8: true, rev2: true }],
  ['UIDONLY', { uidOnly: true }],
])

/** RFC 5161 §3.1: unknown extensions are ignored. */
export const enable = command({
  name: 'ENABLE',
  in: ['signed-in', 'selected'],
  spec: 'RFC 5161 §3.1, RFC 7162 §3.2.3, RFC 6855 §3, RFC 9051 §6.3.1, RFC 9586 §3',
  parse(reader: ImapReader): string[] {
    const names: string[] = []
    do names.push(reader.space().word())
    while (reader.peek() === ' ')
    return names
  },
  async *run({ session }, names) {
    const known = session.exchange ? [] : [...new Set(names)].filter((name) => extensions.has(name))
    // RFC 6855 §3, RFC 9051 §6.3.1: not in the selected state, since the name of the folder would change.
    if (session.selected && known.some((name) => extensions.get(name)!.utf8)) {
      refuse('wrong-state', 'Not allowed while a folder is selected')
    }
    yield `* ENABLED${known.map((name) => ` ${name.replace('REV', 'rev')}`).join('')}\r\n`
    for (const name of known) {
      const more = extensions.get(name)!
      if (more.condstore) yield* enablingCondstore(session)
      session.enable(more)
    }
  },
})
