import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { retiredOpening, retiredWords } from './retired-words.ts'

/** Files that quote the past (old column names in migrations), or words of others. */
const exempt =
  /^(CHANGELOG\.md|LICENSE|src\/domain\/audit\/schema\.ts|test\/language\/|test\/corpus\/|test\/system\/clients\/|package-lock\.json|samples\/)/
const read = /\.(ts|tsx|md|yaml|txt)$/

const MARKDOWN_LINE = 300
const MARKDOWN_PROSE = 120
const TEST_TITLE = 100

export interface Finding {
  readonly file: string
  readonly line: number
  readonly found: string
  readonly instead: string
}

/** Every retired word or idiom, title or line that is too long in `text`. */
export function findingsIn(file: string, text: string): Finding[] {
  let code = false
  return text.split('\n').flatMap((line, index) => {
    if (line.trimStart().startsWith('```')) code = !code
    const prose = file.endsWith('.md') && !code ? proseIn(line) : []
    return [...wordsIn(line), ...openingsIn(file, line), ...lengthsIn(file, line), ...prose].map((it) => ({
      file,
      line: index + 1,
      ...it,
    }))
  })
}

type Found = Pick<Finding, 'found' | 'instead'>

function wordsIn(line: string): Found[] {
  const apart = line.replace(/([a-z\d])([A-Z])/g, '$1 $2').replaceAll('_', ' ')
  return retiredWords.flatMap(({ pattern, instead }) => {
    const found = pattern.exec(apart)
    return found ? [{ found: found[0], instead }] : []
  })
}

function openingsIn(file: string, line: string): Found[] {
  const opening = /\.tsx?$/.test(file) ? retiredOpening.exec(line) : null
  return opening ? [{ found: opening[0].trim(), instead: 'what the code does: "Returns …"' }] : []
}

/** A line of prose that is not wrapped; a table row or a single long word cannot be. */
function proseIn(line: string): Found[] {
  const words = line.trim().replace(/^(?:[-*]|\d+\.) /, '')
  return line.length > MARKDOWN_PROSE && line.length <= MARKDOWN_LINE && !line.startsWith('|') && words.includes(' ')
    ? [{ found: `${words.slice(0, 40)}…`, instead: `lines of at most ${MARKDOWN_PROSE} characters` }]
    : []
}

const title = /^\s*(?:it|test|describe)(?:\.[a-zA-Z]+)*\((?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|`([^`]*)`)/

function lengthsIn(file: string, line: string): Found[] {
  if (file.endsWith('.md') && line.length > MARKDOWN_LINE) {
    return [{ found: `${line.slice(0, 40)}…`, instead: `at most ${MARKDOWN_LINE} characters a line` }]
  }
  const named = file.endsWith('.test.ts') ? title.exec(line) : null
  const text = (named?.[1] ?? named?.[2] ?? named?.[3] ?? '').replace(/\$\{[^}]*\}/g, '…')
  return text.length > TEST_TITLE
    ? [{ found: `${text.slice(0, 40)}…`, instead: `a title of at most ${TEST_TITLE} characters` }]
    : []
}

/** Every finding in the files that git tracks below `under`. */
export function lint(root: string, under: readonly string[] = []): Finding[] {
  return [...tracked(root, under)].flatMap(([file, text]) => findingsIn(file, text))
}

/** The texts of the files that git tracks below `under`. */
export function tracked(root: string, under: readonly string[] = []): Map<string, string> {
  const files = execFileSync('git', ['ls-files', '--', ...under], { cwd: root, encoding: 'utf8' })
    .split('\n')
    .filter((file) => read.test(file) && !exempt.test(file))
  return new Map(files.map((file) => [file, readFileSync(path.join(root, file), 'utf8')]))
}

const declaration =
  /^export (?:type|interface|class) (\w+)[^]*?(?=^(?:export|const|function|async|\/\*\*|\/\/|type|interface|class) )/gm

/** Exported type names that two files declare in different ways: one name has one meaning. */
export function namesDeclaredTwice(texts: ReadonlyMap<string, string>): Map<string, string[]> {
  const declared = new Map<string, Map<string, string[]>>()
  for (const [file, text] of texts) {
    if (file.endsWith('.test.ts')) continue
    for (const [whole, name] of `${text}\nconst end = 0`.matchAll(declaration)) {
      const meanings = declared.get(name!) ?? new Map<string, string[]>()
      const meaning = whole.replace(/\s+/g, ' ').trim()
      meanings.set(meaning, [...(meanings.get(meaning) ?? []), file])
      declared.set(name!, meanings)
    }
  }
  return new Map(
    [...declared]
      .filter(([, meanings]) => meanings.size > 1)
      .map(([name, meanings]) => [name, [...meanings.values()].flat()]),
  )
}

if (import.meta.main) {
  const findings = lint(process.cwd(), process.argv.slice(2))
  for (const { file, line, found, instead } of findings) console.log(`${file}:${line} '${found}': write ${instead}`)
  if (findings.length > 0) console.log(`${findings.length} retired words, idioms and long lines`)
  process.exitCode = findings.length > 0 ? 1 : 0
  if (process.argv.length === 2) {
    for (const [name, files] of namesDeclaredTwice(tracked(process.cwd(), ['src']))) {
      console.log(`${name} has several meanings: ${files.join(', ')}`)
      process.exitCode = 1
    }
  }
}
