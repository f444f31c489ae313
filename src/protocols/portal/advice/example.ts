import type { AppId, TenantId } from '../../../core/ids.ts'
import type { OperationActor, Operation } from '../../../domain/audit/types.ts'

export interface Pattern {
  readonly tenant: TenantId
  readonly appId: AppId
  readonly as: OperationActor['as']
  readonly mailbox: string
  readonly did: ReadonlySet<Operation>
}

/** A program in JavaScript that does with Graph what the app did, in the order in which such programs do it. */
export const example = (pattern: Pattern): string =>
  [
    ...head(pattern),
    ...(pattern.as === 'app' ? tokenOfApp : tokenOfPerson),
    ...call,
    ...folders(pattern.did),
    ...work(pattern.did),
    ...changes(pattern.did),
    ...writing(pattern.did),
  ].join('\n')

const does = (did: ReadonlySet<Operation>, ...kinds: readonly Operation[]): boolean => kinds.some((it) => did.has(it))

const head = ({ tenant, appId, mailbox }: Pattern): readonly string[] => [
  `const tenant = ${JSON.stringify(tenant)}`,
  `const clientId = ${JSON.stringify(appId)}`,
  `const mailbox = ${JSON.stringify(mailbox)}`,
  `const login = process.env.LOGIN_URL ?? 'https://login.microsoftonline.com'`,
  `const graph = process.env.GRAPH_URL ?? 'https://graph.microsoft.com/v1.0'`,
  '',
]

const tokenOfApp: readonly string[] = [
  'const signedIn = await fetch(`${login}/${tenant}/oauth2/v2.0/token`, {',
  `  method: 'POST',`,
  '  body: new URLSearchParams({',
  `    grant_type: 'client_credentials',`,
  '    client_id: clientId,',
  '    client_secret: process.env.CLIENT_SECRET,',
  `    scope: 'https://graph.microsoft.com/.default',`,
  '  }),',
  '})',
  'const { access_token: token } = await signedIn.json()',
  '',
]

const tokenOfPerson: readonly string[] = [
  '// As before, for the scopes of https://graph.microsoft.com instead of those of Outlook.',
  'const token = process.env.ACCESS_TOKEN',
  '',
]

const call: readonly string[] = [
  `async function call(method, path, body, type = 'application/json') {`,
  "  const url = path.startsWith('https:') ? path : `${graph}/users/${encodeURIComponent(mailbox)}${path}`",
  '  const headers = { authorization: `Bearer ${token}`, prefer: \'IdType="ImmutableId"\' }',
  `  if (body !== undefined) headers['content-type'] = type`,
  '  const answer = await fetch(url, { method, headers, body })',
  '  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)',
  '  return answer',
  '}',
]

const folders = (did: ReadonlySet<Operation>): readonly string[] =>
  does(did, 'list folders', 'folder status')
    ? [
        '',
        `const { value: folders } = await (await call('GET', '/mailFolders?$top=100')).json()`,
        'for (const { displayName, unreadItemCount } of folders) console.log(displayName, unreadItemCount)',
      ]
    : []

const removing: readonly Operation[] = ['move', 'mark deleted', 'expunge', 'delete']
const aboutMessages: readonly Operation[] = [
  'search unseen',
  'search fields',
  'search headers',
  'search text',
  'sort or thread',
  'fetch flags',
  'fetch headers',
  'fetch structure',
  'fetch one part',
  'fetch whole message',
  'mark seen',
  'flag',
  'set keywords',
  'copy',
  'list messages',
  'read the top',
  'retrieve',
  ...removing,
]

function work(did: ReadonlySet<Operation>): readonly string[] {
  if (!does(did, ...aboutMessages)) return []
  const unseen = did.has('search unseen')
  // A program that moves the messages it lists must list from the start again, not from the next page.
  const shrinks = does(did, ...removing) || (unseen && did.has('mark seen'))
  const filter = unseen
    ? '$filter=receivedDateTime ge 1900-01-01T00:00:00Z and isRead eq false&$orderby=receivedDateTime'
    : '$orderby=receivedDateTime'
  const list = `/mailFolders/inbox/messages?${filter}&$select=id,subject,from,receivedDateTime&$top=50`
  const each = eachMessage(did).map((line) => `    ${line}`)
  return [
    '',
    `const list = '${list}'`,
    ...(shrinks
      ? ['// Each turn takes what it lists out of the list, so that the first page is asked for again.']
      : []),
    'for (let next = list; next;) {',
    `  const page = await (await call('GET', next)).json()`,
    '  for (const message of page.value) {',
    ...each,
    '  }',
    shrinks ? '  next = page.value.length > 0 ? list : undefined' : `  next = page['@odata.nextLink']`,
    '}',
  ]
}

function eachMessage(did: ReadonlySet<Operation>): readonly string[] {
  const patch = [
    ...(did.has('mark seen') ? ['isRead: true'] : []),
    ...(did.has('flag') ? [`flag: { flagStatus: 'flagged' }`] : []),
    ...(did.has('set keywords') ? [`categories: ['Processed']`] : []),
  ]
  return [
    ...(does(did, 'fetch whole message', 'retrieve')
      ? ["const mime = Buffer.from(await (await call('GET', `/messages/${message.id}/$value`)).arrayBuffer())"]
      : []),
    ...(does(did, 'fetch one part', 'read the top')
      ? ["const { body } = await (await call('GET', `/messages/${message.id}?$select=body`)).json()"]
      : []),
    ...(did.has('fetch structure')
      ? [
          'const attached = `/messages/${message.id}/attachments?$select=id,name,contentType,size`',
          `const { value: attachments } = await (await call('GET', attached)).json()`,
        ]
      : []),
    'console.log(message.receivedDateTime, message.subject) // What is done with the message comes here.',
    ...(patch.length > 0
      ? [`await call('PATCH', \`/messages/\${message.id}\`, JSON.stringify({ ${patch.join(', ')} }))`]
      : []),
    ...(did.has('copy') ? [to('copy')] : []),
    ...(did.has('move')
      ? [to('move')]
      : does(did, ...removing)
        ? ["await call('DELETE', `/messages/${message.id}`)"]
        : []),
  ]
}

const to = (verb: 'copy' | 'move'): string =>
  `await call('POST', \`/messages/\${message.id}/${verb}\`, JSON.stringify({ destinationId: 'archive' }))`

const changes = (did: ReadonlySet<Operation>): readonly string[] =>
  does(did, 'idle', 'resynchronise')
    ? [
        '',
        '// What changed since the last time: to be asked for every minute, and the check to be kept.',
        `let changed = '/mailFolders/inbox/messages/delta?$select=subject,isRead'`,
        'for (;;) {',
        `  const page = await (await call('GET', changed)).json()`,
        `  for (const it of page.value) console.log(it['@removed'] ? 'gone' : 'new or changed', it.id)`,
        `  changed = page['@odata.nextLink'] ?? page['@odata.deltaLink']`,
        `  if (page['@odata.deltaLink']) break`,
        '}',
      ]
    : []

const writing = (did: ReadonlySet<Operation>): readonly string[] =>
  does(did, 'append', 'submit')
    ? [
        '',
        'const letter = `From: ${mailbox}\\r\\nTo: ${mailbox}\\r\\nSubject: By Graph\\r\\n\\r\\nText\\r\\n`',
        `const base64 = Buffer.from(letter).toString('base64')`,
        ...(did.has('append') ? [`await call('POST', '/mailFolders/drafts/messages', base64, 'text/plain')`] : []),
        ...(did.has('submit') ? [`await call('POST', '/sendMail', base64, 'text/plain')`] : []),
      ]
    : []
