import { styleText } from 'node:util'
import cliProgress from 'cli-progress'
import type { Environment, Invocation } from '../options.ts'

export type Style = (format: Parameters<typeof styleText>[0], text: string) => string

/** Colours for a terminal; plain text elsewhere, and if NO_COLOR is set (no-color.org). */
export function styleFor(stream: { readonly isTTY?: boolean }, env: Environment): Style {
  const colours = stream.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb'
  return (format, text) => (colours ? styleText(format, text, { validateStream: false }) : text)
}

/** Columns of the terminal that standard output is; unlimited elsewhere. */
export const widthOf = ({ streams: { stdout } }: Pick<Invocation, 'streams'>): number =>
  stdout.isTTY ? stdout.columns || 80 : Infinity

/** Breaks a text between words; lines after the first begin with `indent` spaces. */
export function wrapped(text: string, width: number, indent = 0): string {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && widthOfText(line) + 1 + widthOfText(word) > width - indent) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line].join(`\n${' '.repeat(indent)}`)
}

const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u

/** Columns that a text takes on a terminal. */
export function widthOfText(text: string): number {
  let width = 0
  for (const character of text) width += /\p{M}/u.test(character) ? 0 : WIDE.test(character) ? 2 : 1
  return width
}

export interface Progress {
  advance(octets: number): void
  stop(): void
}

/** Rounded to one decimal. */
const megabytes = (octets: number): number => Math.round(octets / 100_000) / 10

/** A progress bar on standard error if that is a terminal; nothing otherwise. */
export function progressOf({ json, streams }: Invocation, octets: number): Progress {
  if (json || !streams.stderr.isTTY) return { advance: () => {}, stop: () => {} }
  const bar = new cliProgress.SingleBar({
    format: '{bar} {percentage}% of {total} MB, {eta_formatted} left',
    stream: streams.stderr,
    clearOnComplete: true,
    hideCursor: true,
  })
  let done = 0
  bar.start(megabytes(octets), 0)
  return {
    advance(more) {
      done += more
      bar.update(megabytes(Math.min(done, octets)))
    },
    stop: () => bar.stop(),
  }
}
