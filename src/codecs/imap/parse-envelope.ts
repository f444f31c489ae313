import type { MailboxAddress } from '../mime/address.ts'

/** The fields of an ENVELOPE (RFC 9051 §7.5.2) as undecoded octets, one character each. Groups are dissolved. */
export interface EnvelopeFields {
  readonly date: string | undefined
  readonly subject: string | undefined
  readonly from: readonly MailboxAddress[]
  readonly sender: readonly MailboxAddress[]
  readonly replyTo: readonly MailboxAddress[]
  readonly to: readonly MailboxAddress[]
  readonly cc: readonly MailboxAddress[]
  readonly bcc: readonly MailboxAddress[]
  readonly inReplyTo: string | undefined
  readonly messageId: string | undefined
}

/** Reads an ENVELOPE that `renderEnvelope` wrote. */
export function parseEnvelope(octets: Uint8Array): EnvelopeFields {
  const list = new ListReader(Buffer.from(octets.buffer, octets.byteOffset, octets.length).toString('latin1')).value()
  const items = Array.isArray(list) ? list : []
  const text = (index: number): string | undefined => (typeof items[index] === 'string' ? items[index] : undefined)
  return {
    date: text(0),
    subject: text(1),
    from: mailboxes(items[2]),
    sender: mailboxes(items[3]),
    replyTo: mailboxes(items[4]),
    to: mailboxes(items[5]),
    cc: mailboxes(items[6]),
    bcc: mailboxes(items[7]),
    inReplyTo: text(8),
    messageId: text(9),
  }
}

type Value = string | undefined | readonly Value[]

function mailboxes(list: Value): readonly MailboxAddress[] {
  if (!Array.isArray(list)) return []
  return (list as readonly Value[]).flatMap((it) => (Array.isArray(it) ? mailbox(it as readonly Value[]) : []))
}

/** The start and the end of a group have no domain. */
function mailbox([name, route, local, domain]: readonly Value[]): MailboxAddress[] {
  if (typeof local !== 'string' || typeof domain !== 'string') return []
  const textOrNothing = (value: Value): string | undefined => (typeof value === 'string' ? value : undefined)
  return [
    {
      kind: 'mailbox',
      name: textOrNothing(name),
      route: textOrNothing(route),
      local: local === 'MISSING_MAILBOX' ? undefined : local,
      domain: domain === 'MISSING_DOMAIN' ? undefined : domain,
    },
  ]
}

/** Reads lists of strings, literals and `NIL`. */
class ListReader {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  value(): Value {
    switch (this.#text[this.#at]) {
      case '(':
        return this.#list()
      case '"':
        return this.#quoted()
      case '{':
        return this.#literal()
      default:
        this.#at += 3
        return undefined
    }
  }

  #list(): readonly Value[] {
    const values: Value[] = []
    this.#at++
    while (this.#at < this.#text.length && this.#text[this.#at] !== ')') {
      if (this.#text[this.#at] === ' ') this.#at++
      else values.push(this.value())
    }
    this.#at++
    return values
  }

  #quoted(): string {
    let end = this.#at + 1
    while (end < this.#text.length && this.#text[end] !== '"') end += this.#text[end] === '\\' ? 2 : 1
    const quoted = this.#text.slice(this.#at + 1, end)
    this.#at = end + 1
    return quoted.includes('\\') ? quoted.replaceAll(/\\(.)/g, '$1') : quoted
  }

  #literal(): string {
    const open = this.#text.indexOf('\n', this.#at) + 1
    const end = open + Number.parseInt(this.#text.slice(this.#at + 1, open), 10)
    this.#at = end
    return this.#text.slice(open, end)
  }
}
