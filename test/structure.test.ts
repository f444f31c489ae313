import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'

const root = path.resolve(import.meta.dirname, '..')
const source = path.join(root, 'src')

/** Who may know whom: the map of docs/architecture.md. A name with `(types)` may be known by its types only. */
const map: Readonly<Record<string, readonly string[]>> = {
  core: [],
  codecs: ['core'],
  'storage/engine': ['core'],
  storage: ['core', 'storage/engine'],
  domain: ['core', 'codecs', 'storage/engine'],
  access: ['core', 'codecs', 'domain'],
  cmdlets: ['core'],
  net: ['core'],
  web: ['core'],
  protocols: ['core', 'codecs', 'net', 'web', 'cmdlets', 'access', 'domain (types)'],
  'programs/cli': ['core', 'codecs', 'cmdlets', 'programs', 'domain', 'storage', 'storage/engine'],
  'programs/demo': ['core', 'programs'],
  programs: [
    'core',
    'codecs',
    'net',
    'web',
    'storage/engine',
    'storage',
    'domain',
    'access',
    'cmdlets',
    'protocols',
    'programs/cli',
  ],
}

interface Import {
  readonly from: string
  readonly to: string
  readonly typesOnly: boolean
}

const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !file.endsWith('.d.ts'))
  .sort()

const imports: Import[] = files.flatMap((file) => {
  const text = readFileSync(path.join(source, file), 'utf8')
  const found = text.matchAll(/^(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?'(\.[^']+)'/gm)
  return [...found].map((it) => ({
    from: file,
    to: path.relative(source, path.resolve(source, path.dirname(file), it[2]!)),
    typesOnly: it[1] !== undefined,
  }))
})

/** The longest name on the map that a file stands under. */
function room(file: string): string {
  const plain = file.replace(/\.ts$/, '')
  const found = Object.keys(map)
    .filter((name) => plain === name || plain.startsWith(`${name}/`))
    .sort((a, b) => b.length - a.length)[0]
  return found ?? `outside the map: ${file}`
}

/** A protocol, a domain subject: rooms inside a room. */
const subject = (file: string): string => file.split('/').slice(0, 2).join('/')

/** A part of a subject: a folder or a file right below it. */
const part = (file: string): string => file.split('/')[2]!

const naming = (what: RegExp) => files.filter((file) => what.test(readFileSync(path.join(source, file), 'utf8')))

describe('the structure', () => {
  it('has every source file on the map', () => {
    expect(files.length).toBeGreaterThan(50)
    expect(files.map(room).filter((it) => it.startsWith('outside'))).toEqual([])
  })

  it('has arrows that only point down', () => {
    const wrong = imports.filter(({ from, to, typesOnly }) => {
      const [here, there] = [room(from), room(to)]
      if (here === there) return false
      const known = map[here]!
      return !known.includes(there) && !(typesOnly && known.includes(`${there} (types)`))
    })
    expect(wrong.map(({ from, to }) => `${from} → ${to}`)).toEqual([])
  })

  it('has protocols that do not know each other; IMAP, POP3 and SMTP know their line-protocol base', () => {
    const base = new Set(['protocols/imap', 'protocols/pop3', 'protocols/smtp'])
    const wrong = imports.filter(
      ({ from, to }) =>
        room(from) === 'protocols' &&
        room(to) === 'protocols' &&
        subject(from) !== subject(to) &&
        !(subject(to) === 'protocols/line' && base.has(subject(from))),
    )
    expect(wrong.map(({ from, to }) => `${from} → ${to}`)).toEqual([])
  })

  it('has mail that knows the directory by id only', () => {
    const wrong = imports.filter(
      ({ from, to }) => subject(from) === 'domain/mail' && subject(to) === 'domain/directory',
    )
    expect(wrong).toEqual([])
  })

  it('has parts of domain/mail whose arrows only point down, and one module to reach its search index', () => {
    const mail = imports.filter(({ from, to }) => [from, to].every((it) => subject(it) === 'domain/mail'))
    const between = mail.filter(({ from, to }) => part(from) !== part(to))
    const below = Map.groupBy(between, ({ from }) => part(from))
    const reaches = (from: string, to: string, seen = new Set<string>()): boolean =>
      from === to || (!seen.has(from) && (below.get(from) ?? []).some((it) => reaches(part(it.to), to, seen.add(from))))
    const wrong = between.filter(({ from, to }) => reaches(part(to), part(from)))
    expect(wrong.map(({ from, to }) => `${from} → ${to}`)).toEqual([])
    const intoSearch = imports.filter(
      ({ from, to }) => to.startsWith('domain/mail/search/') && !from.startsWith('domain/mail/search/'),
    )
    expect([...new Set(intoSearch.map(({ to }) => to))]).toEqual(['domain/mail/search/search.ts'])
  })

  it('names SQLite in storage/sqlite, and a web framework in programs, and nowhere else', () => {
    expect(naming(/from 'node:sqlite'/).filter((file) => !file.startsWith('storage/sqlite/'))).toEqual([])
    expect(naming(/from 'fastify'/).filter((file) => !file.startsWith('programs/'))).toEqual([])
  })

  it('creates files and directories in core/private-… only, and the printed documentation', () => {
    const makers =
      /\b(?:writeFile|appendFile|createWriteStream|mkdir|mkdtemp|copyFile|cp|symlink|link)(?:Sync)?,? .*from 'node:fs/
    const flags = /\bO_CREAT\b|open(?:Sync)?\([^)]*'(?:w|a|wx|ax|w\+|a\+|wx\+|r\+)'/
    expect([...new Set([...naming(makers), ...naming(flags)])].toSorted()).toEqual([
      'core/private-files.ts',
      'programs/demo/stage.ts',
      'programs/docs.ts',
      'storage/files/copy.ts',
    ])
  })

  it('has no circle of modules, imports of types counted', () => {
    const edges = Map.groupBy(imports, (it) => it.from)
    const done = new Set<string>()
    const circles: string[] = []
    const walk = (file: string, above: readonly string[]): void => {
      if (above.includes(file)) return void circles.push([...above.slice(above.indexOf(file)), file].join(' → '))
      if (done.has(file)) return
      for (const edge of edges.get(file) ?? []) walk(edge.to, [...above, file])
      done.add(file)
    }
    for (const file of files) walk(file, [])
    expect(circles).toEqual([])
  })

  it('has files that are small because their subjects are', () => {
    const long = files
      .map((file) => ({ file, lines: readFileSync(path.join(source, file), 'utf8').split('\n').length }))
      .filter(({ lines }) => lines > 450)
    expect(long).toEqual([])
  })
})
