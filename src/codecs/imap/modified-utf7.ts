// RFC 3501 §5.1.3: printable ASCII stands for itself, `&` is `&-`, and the rest is UTF-16 in base64 with `,` for `/`.

const piece = /&([A-Za-z0-9+,]*)-|[\x20-\x25\x27-\x7e]+/y

/** A name in modified UTF-7. */
export const encodeUtf7 = (name: string): string =>
  name.replace(/&|[^\x20-\x7e]+/g, (run) => (run === '&' ? '&-' : `&${toBase64(run)}-`))

/** The name that modified UTF-7 stands for; undefined for anything that {@link encodeUtf7} does not write. */
export function decodeUtf7(text: string): string | undefined {
  let name = ''
  let shifted = false
  for (let at = 0; at < text.length; at = piece.lastIndex) {
    piece.lastIndex = at
    const found = piece.exec(text)
    if (!found) return undefined
    const encoded = found[1]
    if (encoded) {
      const run = fromBase64(encoded)
      // No superfluous shifts: two encoded runs in a row would be one.
      if (run === undefined || shifted) return undefined
      name += run
    } else {
      name += encoded === undefined ? found[0] : '&'
    }
    shifted = Boolean(encoded)
  }
  return name
}

function toBase64(run: string): string {
  const octets = Buffer.from(run, 'utf16le').swap16()
  return octets.toString('base64').replaceAll('/', ',').replaceAll('=', '')
}

function fromBase64(encoded: string): string | undefined {
  const octets = Buffer.from(encoded.replaceAll(',', '/'), 'base64')
  if (octets.length % 2 !== 0) return undefined
  const run = octets.swap16().toString('utf16le')
  const exact = toBase64(run) === encoded && run.isWellFormed()
  // Printable ASCII must not be encoded.
  return exact && !/[\x20-\x7e]/.test(run) ? run : undefined
}
