import { lowerAscii } from './octets.ts'
import type { Param } from './part.ts'
import type { Scanner } from './scanner.ts'

/** More than this many are not a part's description but an attack. */
const MOST_PARAMS = 200

/**
 * Reads `; name=value` as often as it comes (RFC 2045 §5.1). Blanks in an unquoted value and missing semicolons, both
 * common in file names, are understood.
 */
export function readParams(scanner: Scanner): Param[] {
  const params: Param[] = []
  while (params.length < MOST_PARAMS) {
    scanner.skipBlanks()
    if (scanner.done) break
    if (scanner.take(';')) continue
    const name = lowerAscii(scanner.run(nameShape))
    scanner.skipBlanks()
    if (!scanner.take('=')) {
      if (name === '') scanner.at++
      continue
    }
    const value = readValue(scanner)
    if (name !== '') params.push([name, value])
  }
  return params
}

function readValue(scanner: Scanner): string {
  scanner.skipBlanks()
  if (scanner.peek() === '"') return scanner.quoted()
  let value = scanner.run(wordShape)
  for (;;) {
    const start = scanner.at
    const blank = scanner.skipBlanks()
    if (scanner.done || scanner.peek() === ';' || nextParam.test(scanner.text.slice(scanner.at, scanner.at + 80))) {
      return value
    }
    const word = scanner.run(wordShape)
    if (word === '' && scanner.at === start) scanner.at++
    value += blank && value !== '' ? ` ${word}` : word
  }
}

const nameShape = /[^ \t\r\n;=("]+/y
const wordShape = /[^ \t\r\n;(]+/y
const nextParam = /^[\w*.-]+[ \t]*=/
