import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { retiredOpening, retiredWords } from './retired-words.ts'

/** Files that quote the past, or words of others. */
const exempt =
  /^(CHANGELOG\.md|LICENSE|test\/language\/|test\/corpus\/|test\/system\/clients\/|package-lock\.json|samples\/)/
const read = /\.(ts|tsx|md|yaml|txt)$/

export interface Finding {
  readonly file: string
  readonly line: number
  readonly found: string
  readonly instead: string
}

/** Every retired word or idiom in `text`. */
export function findingsIn(file: string, text: string): Finding[] {
  const code = /\.tsx?$/.test(file)
  return text.split('\n').flatMap((line, index) => {
    const apart = line.replace(/([a-z\d])([A-Z])/g, '$1 $2').replaceAll('_', ' ')
    const words = retiredWords.flatMap(({ pattern, instead }) => {
      const found = pattern.exec(apart)
      return found ? [{ file, line: index + 1, found: found[0], instead }] : []
    })
    const opening = code ? retiredOpening.exec(line) : null
    return opening
      ? [...words, { file, line: index + 1, found: opening[0].trim(), instead: 'what the code does: "Returns …"' }]
      : words
  })
}

/** Every finding in the files that git tracks below `under`. */
export function lint(root: string, under: readonly string[] = []): Finding[] {
  const files = execFileSync('git', ['ls-files', '--', ...under], { cwd: root, encoding: 'utf8' })
    .split('\n')
    .filter((file) => read.test(file) && !exempt.test(file))
  return files.flatMap((file) => findingsIn(file, readFileSync(path.join(root, file), 'utf8')))
}

if (import.meta.main) {
  const findings = lint(process.cwd(), process.argv.slice(2))
  for (const { file, line, found, instead } of findings) console.log(`${file}:${line} '${found}': write ${instead}`)
  if (findings.length > 0) console.log(`${findings.length} retired words or idioms`)
  process.exitCode = findings.length > 0 ? 1 : 0
}
