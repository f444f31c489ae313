import picocolors from 'picocolors'

const { bold, dim, green, red, cyan } = picocolors
const started = performance.now()

/** Tells the story on standard output and keeps count of what did not go as it should. */
export class Narrator {
  failures = 0
  #step = 0

  chapter(title: string): void {
    this.#step += 1
    const seconds = ((performance.now() - started) / 1000).toFixed(1)
    console.log(`\n${bold(`${this.#step}. ${title}`)} ${dim(`(${seconds} s)`)}`)
  }

  typed(words: readonly string[]): void {
    console.log(cyan(`  $ postern ${words.map(quoted).join(' ')}`))
  }

  ran(command: string): void {
    console.log(cyan(`  $ ${command}`))
  }

  printed(text: string, lines = 24): void {
    const all = text.trimEnd().split('\n')
    for (const line of all.slice(0, lines)) console.log(`    ${line.slice(0, 150)}`)
    if (all.length > lines) console.log(dim(`    … ${all.length - lines} more lines`))
  }

  /** What should be so. */
  check(should: string, holds: boolean): void {
    if (!holds) this.failures += 1
    console.log(`  ${holds ? green('✓') : red('✗')} ${should}`)
  }

  end(): number {
    const seconds = ((performance.now() - started) / 1000).toFixed(1)
    const verdict =
      this.failures === 0
        ? green('Every step did what it should.')
        : red(`${this.failures} step(s) did not do what they should.`)
    console.log(`\n${verdict} ${dim(`${seconds} s`)}`)
    return this.failures === 0 ? 0 : 1
  }
}

function quoted(word: string): string {
  if (/^[\w@:./-]+$/.test(word)) return word
  return word.includes("'") ? `"${word}"` : `'${word}'`
}
