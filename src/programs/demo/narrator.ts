import { styleFor } from '../cli/output/terminal.ts'

const style = styleFor(process.stdout, process.env)
const started = performance.now()

/** Prints the steps on standard output and counts the checks that failed. */
export class Narrator {
  failures = 0
  #step = 0

  chapter(title: string): void {
    this.#step += 1
    const seconds = ((performance.now() - started) / 1000).toFixed(1)
    console.log(`\n${style('bold', `${this.#step}. ${title}`)} ${style('dim', `(${seconds} s)`)}`)
  }

  typed(words: readonly string[]): void {
    console.log(style('cyan', `  $ postern ${words.map(quoted).join(' ')}`))
  }

  ran(command: string): void {
    console.log(style('cyan', `  $ ${command}`))
  }

  /** Prints every line whole. */
  printed(text: string): void {
    for (const line of text.trimEnd().split('\n')) console.log(`    ${line}`)
  }

  check(text: string, holds: boolean): void {
    if (!holds) this.failures += 1
    console.log(`  ${holds ? style('green', '✓') : style('red', '✗')} ${text}`)
  }

  end(): number {
    const seconds = ((performance.now() - started) / 1000).toFixed(1)
    const verdict =
      this.failures === 0 ? style('green', 'Every step succeeded.') : style('red', `Failed checks: ${this.failures}.`)
    console.log(`\n${verdict} ${style('dim', `${seconds} s`)}`)
    return this.failures === 0 ? 0 : 1
  }
}

function quoted(word: string): string {
  if (/^[\w@:./-]+$/.test(word)) return word
  return word.includes("'") ? `"${word}"` : `'${word}'`
}
