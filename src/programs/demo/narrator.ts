import { styleText } from 'node:util'

const started = performance.now()

/** Prints the steps on standard output and counts the checks that failed. */
export class Narrator {
  failures = 0
  #step = 0

  chapter(title: string): void {
    this.#step += 1
    const seconds = ((performance.now() - started) / 1000).toFixed(1)
    console.log(`\n${styleText('bold', `${this.#step}. ${title}`)} ${styleText('dim', `(${seconds} s)`)}`)
  }

  typed(words: readonly string[]): void {
    console.log(styleText('cyan', `  $ postern ${words.map(quoted).join(' ')}`))
  }

  ran(command: string): void {
    console.log(styleText('cyan', `  $ ${command}`))
  }

  /** Prints every line whole. */
  printed(text: string): void {
    for (const line of text.trimEnd().split('\n')) console.log(`    ${line}`)
  }

  check(text: string, holds: boolean): void {
    if (!holds) this.failures += 1
    console.log(`  ${holds ? styleText('green', '✓') : styleText('red', '✗')} ${text}`)
  }

  end(): number {
    const seconds = ((performance.now() - started) / 1000).toFixed(1)
    const verdict =
      this.failures === 0
        ? styleText('green', 'Every step succeeded.')
        : styleText('red', `Failed checks: ${this.failures}.`)
    console.log(`\n${verdict} ${styleText('dim', `${seconds} s`)}`)
    return this.failures === 0 ? 0 : 1
  }
}

function quoted(word: string): string {
  if (/^[\w@:./-]+$/.test(word)) return word
  return word.includes("'") ? `"${word}"` : `'${word}'`
}
