import { startDecoding } from '../../charset/decode.ts'
import { parameter } from '../parameter.ts'
import type { MimePart } from '../structure.ts'
import { startTransfer } from '../transfer.ts'

/** Where HTML names its charset, if the part does not. */
const HEAD = 1024

/** The decoded text of a part; `octets` are its body or the start of its body. */
export function textOfPart({ encoding, params, subtype }: MimePart, octets: Uint8Array): string {
  const transfer = startTransfer(encoding) ?? startTransfer('binary')!
  const decoded = Buffer.concat([transfer.write(octets), transfer.end()])
  const charset = parameter(params, 'charset') ?? (subtype === 'html' ? charsetInHtml(decoded) : undefined)
  const text = startDecoding(charset)
  return text.write(decoded) + text.end()
}

/** The body of a message: the line break that ends a message of one part is not its own. */
export function textOfBody(root: MimePart, part: MimePart, octets: Uint8Array): string {
  const text = textOfPart(part, octets)
  return part === root && part.encoding !== 'base64' ? text.replace(/\r?\n$/, '') : text
}

const charsetInHtml = (octets: Buffer): string | undefined =>
  /<meta[^>]{0,200}?charset=["']?([\w.:-]{1,40})/i.exec(octets.toString('latin1', 0, HEAD))?.[1]
