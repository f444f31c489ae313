import type { ImapReply } from '../support/imap-client.ts'
import { isList, parseResponse, type Value, textOf } from '../support/imap-response.ts'

/** Maps values that a server chooses freely to names, so that the answers of two servers can be compared. */
export class Names {
  readonly #validities = new Map<string, string>()
  modseq = '1'
  uidValidity = '1'

  validity(number: string): string {
    this.uidValidity = number
    const name = this.#validities.get(number) ?? `v${this.#validities.size + 1}`
    this.#validities.set(number, name)
    return name
  }

  modSeq(number: string): string {
    this.modseq = number
    return 'm'
  }
}

/**
 * The answer as far as servers should agree on it: human text, the order of flags, of items and of untagged responses,
 * and whether a string is quoted or a literal are left out; codes, statuses and all data stay.
 */
export function normal({ untagged, tagged }: ImapReply, names: Names): string[] {
  const responses = untagged.flatMap((it) => response(it, names)).filter((it) => it !== '')
  const expunged = positions(untagged)
  return [
    ...(expunged.length > 0 ? [`* EXPUNGED ${expunged.join(' ')}`] : []),
    ...responses.sort(),
    status(tagged, names),
  ]
}

/** Which of the messages there were before are gone, whatever the order in which that was told. */
function positions(untagged: readonly string[]): number[] {
  const gone: number[] = []
  for (const it of untagged) {
    const found = /^(\d+) EXPUNGE$/.exec(it)
    if (!found) continue
    let position = Number(found[1])
    for (const before of gone) if (before <= position) position += 1
    gone.push(position)
    gone.sort((a, b) => a - b)
  }
  return gone
}

function response(text: string, names: Names): string[] {
  const [word, kind] = text.split(' ', 2) as [string, string | undefined]
  if (/^(?:OK|NO|BAD|PREAUTH)$/i.test(word)) return [untaggedStatus(text, names)]
  if (/^BYE$/i.test(word)) return ['* BYE']
  if (/^(?:CAPABILITY|ENABLED|ID)$/i.test(word)) return []
  if (kind === 'EXPUNGE' || kind === 'RECENT') return []
  const values = parseResponse(text)
  if (kind === 'FETCH') return [`* ${word} FETCH ${pairs(values[2], names, 2)}`]
  if (/^(?:SEARCH|SORT)$/i.test(word)) return [numbers(word, values, names)]
  if (/^(?:LIST|LSUB)$/i.test(word)) return [folder(values)]
  if (/^STATUS$/i.test(word)) return [`* STATUS ${JSON.stringify(textOf(values[1]))} ${pairs(values[2], names, 2)}`]
  if (/^FLAGS$/i.test(word)) return [`* FLAGS ${flags(values[1])}`]
  if (/^ESEARCH$/i.test(word)) return [found(values, names)]
  if (/^METADATA$/i.test(word) && isList(values[2]))
    return [`* METADATA ${shown(values[1]!)} ${pairs(values[2], names, 2)}`]
  // RFC 4314 §2.1: rights are a set.
  if (/^MYRIGHTS$/i.test(word))
    return [`* MYRIGHTS ${shown(values[1]!)} ${textOf(values[2]).split('').sort().join('')}`]
  return [`* ${values.map(shown).join(' ')}`]
}

/** Removes a response code that clients do not need: differences.md, "Everywhere". */
function untaggedStatus(text: string, names: Names): string {
  const said = status(text, names)
  return said.includes('[') && !said.includes('[HIGHESTMODSEQ') ? `* ${said}` : ''
}

function status(text: string, names: Names): string {
  const [, word, code] = /^(\w+)(?: \[([^\]]*)\])?/.exec(text)!
  if (code === undefined) return word!.toUpperCase()
  const [name, ...rest] = code.split(' ')
  const values = rest.join(' ')
  switch (name!.toUpperCase()) {
    case 'UIDVALIDITY':
      return `${word} [UIDVALIDITY ${names.validity(values)}]`
    case 'APPENDUID':
    case 'COPYUID':
      return `${word} [${name} ${names.validity(rest[0]!)} ${rest.slice(1).join(' ')}]`
    case 'HIGHESTMODSEQ':
      return `${word} [HIGHESTMODSEQ ${names.modSeq(values)}]`
    case 'PERMANENTFLAGS':
      return `${word} [PERMANENTFLAGS ${flags(parseResponse(values)[0])}]`
    case 'CAPABILITY':
    case 'CLIENTBUG':
    case 'CANNOT':
    case 'NOPERM':
    case 'MAILBOXID':
      return word!
    case 'BADCHARSET':
      return `${word} [BADCHARSET]`
    default:
      return `${word} [${code}]`
  }
}

function pairs(list: Value | undefined, names: Names, size: number): string {
  const items = isList(list) ? list : []
  const shownItems: string[] = []
  for (let at = 0; at < items.length; at += size) {
    const name = textOf(items[at]).toUpperCase()
    shownItems.push(`${name} ${item(name, items[at + 1], names)}`)
  }
  return shownItems.sort().join('  ')
}

function item(name: string, value: Value | undefined, names: Names): string {
  if (name === 'FLAGS') return flags(value)
  if (name === 'UIDVALIDITY') return names.validity(textOf(value))
  if (name === 'MODSEQ') return names.modSeq(textOf(isList(value) ? value[0] : value))
  if (name === 'INTERNALDATE') return new Date(textOf(value)).toISOString()
  // Each server saved it at its own moment.
  if (name === 'SAVEDATE') return Number.isNaN(Date.parse(textOf(value))) ? 'no date' : 'a date'
  if (name === 'HIGHESTMODSEQ') return names.modSeq(textOf(value))
  // RFC 3501 §7.4.2: types, encodings and parameter names are the same in any case.
  if (name === 'BODY' || name === 'BODYSTRUCTURE') return decodedParameters(shown(value!)).toLowerCase()
  // differences.md, "Everywhere": a part that does not exist is an empty string, or NIL.
  if (/^(?:BODY|BINARY)\[\d/.test(name) && textOf(value) === 'NIL') return '""'
  return value === undefined ? '-' : shown(value)
}

/** differences.md, "Everywhere": RFC 2231 §4 parameters, which either the server or the client decodes. */
const decodedParameters = (structure: string): string =>
  structure.replace(/"([^"*]+)\*" "[^'"]*'[^'"]*'([^"]*)"/g, (_, name: string, value: string) => {
    const octets = value.replace(/%([0-9a-f]{2})/gi, (__, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    return `"${name}" ${JSON.stringify(octets)}`
  })

const flags = (value: Value | undefined): string =>
  isList(value)
    ? `(${value
        .map((it) => textOf(it).toLowerCase())
        // RFC 3501 §7.2.2: hints, which a server need not give.
        .filter((it) => it !== '\\marked' && it !== '\\unmarked')
        .sort()
        .join(' ')})`
    : '-'

function folder(values: readonly Value[]): string {
  const [kind, attributes, separator, name, ...rest] = values
  // RFC 5258 §6: the name of an extended item is the same with and without quotes.
  const more = rest.map((it) => ` ${shown(it).replace('("CHILDINFO"', '(CHILDINFO')}`).join('')
  return `* ${textOf(kind)} ${flags(attributes)} ${textOf(separator)} ${JSON.stringify(textOf(name))}${more}`
}

function found(values: readonly Value[], names: Names): string {
  const at = values.findIndex((it) => textOf(it).toUpperCase() === 'MODSEQ')
  if (at >= 0) names.modSeq(textOf(values[at + 1]))
  return `* ${(at < 0 ? values : values.slice(0, at + 1)).map(shown).join(' ')}`
}

function numbers(word: string, values: readonly Value[], names: Names): string {
  const found = values.slice(1).map((it) => (isList(it) ? `(MODSEQ ${names.modSeq(textOf(it[1]))})` : textOf(it)))
  const ordered = /^SORT$/i.test(word) ? found : found.toSorted((a, b) => Number(a) - Number(b))
  return `* ${word} ${ordered.join(' ')}`.trimEnd()
}

const shown = (value: Value): string =>
  isList(value) ? `(${value.map(shown).join(' ')})` : 'atom' in value ? value.atom : JSON.stringify(value.text)
