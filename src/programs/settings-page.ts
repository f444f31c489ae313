import type { Declarations } from '../core/settings.ts'
import { environmentName, fallbackOf, fullName } from './config.ts'
import { declared } from './settings.ts'

/** `docs/settings.md`, printed from the declarations. */
export function settingsPage(): string {
  const sections = Object.entries(declared).map(([group, declarations]) => {
    const rows = Object.entries(declarations as Declarations).map(([name, setting]) => {
      const full = fullName(group, name)
      const [standards, exchange] = (['standards', 'exchange-online'] as const).map((it) =>
        shown(fallbackOf(setting, it)),
      )
      const fallback = standards === exchange ? standards : `${standards} (exchange-online: ${exchange})`
      return `| \`${full}\` | ${setting.meaning} | ${setting.expected} | ${fallback} | \`${environmentName(full)}\` |`
    })
    return [
      `## ${group}`,
      '',
      '| Setting | Meaning | Value | Default | Environment |',
      '| --- | --- | --- | --- | --- |',
      ...rows,
      '',
    ]
  })
  return [
    '# Settings',
    '',
    'A setting is taken from the command line, else the environment, else the file (`--config FILE`, or `postern.yaml` in the data',
    'directory), else its default. A wrong one stops the start with its name, its value and what was expected. In the file, names may',
    'be nested (`imap:` and below it `idle_minutes: 45`) or written whole (`imap.idle_minutes: 45`).',
    '',
    'This page is printed from the declarations: `npm run docs`.',
    '',
    ...sections.flat(),
  ].join('\n')
}

const shown = (value: unknown): string => (value === '' ? 'empty' : `\`${String(value)}\``)
