import { writeFile } from 'node:fs/promises'
import { commandsPage, settingsPage } from './docs-pages.ts'

const docs = new URL('../../docs/', import.meta.url)
await writeFile(new URL('settings.md', docs), settingsPage())
await writeFile(new URL('commands.md', docs), commandsPage())
