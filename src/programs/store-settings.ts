import { readFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { refuse } from '../core/refusal.ts'
import { oneOf, secretText, settings, type SettingsOf, text } from '../core/settings.ts'

export const storeSettings = settings({
  engine: oneOf(
    'Where the store is: files of one server (sqlite), or a PostgreSQL database and an S3 bucket that several nodes share (postgres)',
    ['sqlite', 'postgres'],
  ).or('sqlite'),
  durability: oneOf(
    'What acknowledged data survives with postgres: the loss of a node or a crash of the database server (local), or the loss of the database server too (standby), which needs a synchronous standby',
    ['local', 'standby'],
  ).or('local'),
})

export const postgresSettings = settings({
  url: secretText(
    'Connection URI of the database, such as postgresql://postern@db.example.org/postern?sslmode=verify-full. If it has a password, better use postgres.url_file',
  ).or(''),
  url_file: text('File with the connection URI, instead of postgres.url').or(''),
})

export const nodeSettings = settings({
  name: text(
    'The name of this node among those that share a store; empty for the host name',
    /^[\w.:-]{0,100}$/,
    'at most 100 letters, digits, and . : _ -',
  ).or(''),
})

/** The name of this node. */
export const nodeName = ({ name }: SettingsOf<typeof nodeSettings>): string => (name === '' ? hostname() : name)

/** The connection URI. It can have a password, so no message contains it. */
export async function postgresUrl({ url, url_file: file }: SettingsOf<typeof postgresSettings>): Promise<string> {
  if (url !== '' && file !== '')
    refuse('bad-syntax', 'postgres.url and postgres.url_file are both set: set one of them')
  if (url === '' && file === '') {
    refuse(
      'bad-syntax',
      'store.engine is postgres, but neither postgres.url nor postgres.url_file is set; expected a URI such as postgresql://postern@db.example.org/postern',
    )
  }
  const given = file === '' ? url : await contentOf(file)
  if (/^postgres(?:ql)?:\/\//.test(given) && URL.canParse(given)) return given
  const name = file === '' ? 'postgres.url' : 'The content of postgres.url_file'
  return refuse(
    'bad-syntax',
    `${name} is not a connection URI; expected one such as postgresql://postern@db.example.org/postern`,
  )
}

const contentOf = async (file: string): Promise<string> => {
  const content = await readFile(file, 'utf8').catch((thrown: Error) =>
    refuse('no-such-thing', `postgres.url_file is '${file}', which cannot be read: ${thrown.message}`),
  )
  return content.trim()
}
