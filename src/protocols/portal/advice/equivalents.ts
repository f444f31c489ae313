import type { GraphPermission } from '../../../access/types.ts'
import type { Operation } from '../../../domain/audit/types.ts'

/** The equivalent of an operation in Microsoft Graph. */
export interface Equivalent {
  /** Below `/users/{mailbox}`; empty if there is no equivalent. */
  readonly requests: readonly string[]
  /** The least permissions for them; undefined if no permission covers them. */
  readonly permission: GraphPermission | undefined
  /** The differences in behaviour. */
  readonly notes: readonly string[]
  /** The parts without an equivalent. */
  readonly without: readonly string[]
}

const equivalent = (
  permission: GraphPermission | undefined,
  requests: readonly string[],
  notes: readonly string[] = [],
  without: readonly string[] = [],
): Equivalent => ({ requests, permission, notes, without })

const INBOX = '/mailFolders/inbox/messages'
const UNREAD = `${INBOX}?$filter=receivedDateTime ge 1900-01-01T00:00:00Z and isRead eq false&$orderby=receivedDateTime`
const FIELDS = 'subject,from,toRecipients,receivedDateTime,internetMessageId'

const sameBytes = 'Graph may generate the MIME at each request, so its size and its octets can change.'
const oneByOne = 'One request for each message; a $batch has up to twenty, and each can fail alone.'
const newId = 'The id changes with the folder unless the request has Prefer: IdType="ImmutableId".'
const uids = 'UIDs and UIDVALIDITY: keep immutable ids instead.'
const numbers = 'Message numbers and UIDL: keep immutable ids, or internetMessageId, to know what was retrieved.'
const noDeletedFlag = 'The flag \\Deleted, and EXPUNGE: Graph deletes a message in one step.'

/** docs/reference/graph-mail.md §3, §4: one line for each kind of operation. */
export const equivalents = {
  'list folders': equivalent(
    'Mail.ReadBasic',
    ['GET /mailFolders?$top=100', 'GET /mailFolders/{folder}/childFolders?$top=100'],
    ['One level at a time; inbox, sentitems, drafts, deleteditems, junkemail and archive are known by these names.'],
  ),
  'folder status': equivalent(
    'Mail.ReadBasic',
    ['GET /mailFolders/{folder}?$select=totalItemCount,unreadItemCount'],
    ['The counts include items that are not messages.'],
    ['UIDNEXT, UIDVALIDITY and HIGHESTMODSEQ.'],
  ),
  'select folder': equivalent(
    'Mail.ReadBasic',
    ['GET /mailFolders/{folder}'],
    ['Nothing is selected: each path names its folder.'],
    [uids],
  ),
  'create folder': equivalent('Mail.ReadWrite', [
    'POST /mailFolders {"displayName":"…"}',
    'POST /mailFolders/{folder}/childFolders {"displayName":"…"}',
  ]),
  'rename folder': equivalent('Mail.ReadWrite', [
    'PATCH /mailFolders/{folder} {"displayName":"…"}',
    'POST /mailFolders/{folder}/move {"destinationId":"…"}',
  ]),
  'delete folder': equivalent(
    'Mail.ReadWrite',
    ['DELETE /mailFolders/{folder}'],
    ['The folder and its content move to Deleted Items.'],
  ),
  subscribe: equivalent(undefined, [], [], ['Subscriptions to folders: keep such a list yourself.']),
  'search unseen': equivalent(
    'Mail.ReadBasic',
    [`GET ${UNREAD}&$select=id,${FIELDS}`],
    ['$filter must begin with the sort property; otherwise the answer is InefficientFilter.'],
  ),
  'search fields': equivalent(
    'Mail.ReadBasic',
    [
      `GET ${INBOX}?$filter=receivedDateTime ge {time} and from/emailAddress/address eq '{address}'&$select=id,${FIELDS}`,
    ],
    ['Filters compare whole values; contains(subject,…) finds a part of a value.'],
  ),
  'search headers': equivalent(
    'Mail.Read',
    [
      `GET ${INBOX}?$filter=singleValueExtendedProperties/any(p:p/id eq 'String 0x7D' and contains(p/value,'{Name: value}'))`,
    ],
    ['The property holds the header of mail that came from outside; drafts and sent mail have none.'],
    ['An index of arbitrary header fields: the filter is slow, and may be refused as InefficientFilter.'],
  ),
  'search text': equivalent(
    'Mail.Read',
    [`GET ${INBOX}?$search="{words}"&$select=id,${FIELDS}`],
    ['It finds whole words. It cannot be combined with $filter or $orderby.'],
    ['Substrings of a body.'],
  ),
  'sort or thread': equivalent(
    'Mail.ReadBasic',
    [`GET ${INBOX}?$orderby=receivedDateTime desc&$select=id,conversationId,${FIELDS}`],
    ['Messages with the same conversationId are one thread.'],
    ['The order of replies within a thread.'],
  ),
  'fetch flags': equivalent(
    'Mail.ReadBasic',
    [`GET ${INBOX}?$select=id,isRead,isDraft,flag,categories,receivedDateTime&$top=1000`],
    [],
    [uids, 'The exact RFC822.SIZE: it is that of the MIME, once retrieved.'],
  ),
  'fetch headers': equivalent(
    'Mail.ReadBasic',
    [`GET ${INBOX}?$select=id,${FIELDS},ccRecipients,replyTo`, 'GET /messages/{id}?$select=internetMessageHeaders'],
    ['All header fields come with internetMessageHeaders, which $select must name.'],
  ),
  'fetch structure': equivalent(
    'Mail.Read',
    ['GET /messages/{id}/attachments?$select=id,name,contentType,size,isInline'],
    [],
    ['BODYSTRUCTURE and part numbers: parse the MIME, or use the list of attachments.'],
  ),
  'fetch one part': equivalent(
    'Mail.Read',
    ['GET /messages/{id}?$select=body,bodyPreview', 'GET /messages/{id}/attachments/{attachment}/$value'],
    ['Prefer: outlook.body-content-type="text" asks for plain text.'],
    ['Parts by number, and ranges of octets.'],
  ),
  'fetch whole message': equivalent('Mail.Read', ['GET /messages/{id}/$value'], [sameBytes]),
  'mark seen': equivalent(
    'Mail.ReadWrite',
    ['PATCH /messages/{id} {"isRead":true}'],
    ['Reading marks nothing as read: it is always a request of its own.', oneByOne],
  ),
  flag: equivalent('Mail.ReadWrite', ['PATCH /messages/{id} {"flag":{"flagStatus":"flagged"}}'], [oneByOne]),
  'mark answered': equivalent(
    'Mail.ReadWrite',
    ['POST /messages/{id}/createReply'],
    ['A reply that Graph makes marks what it answers.'],
    ['Setting \\Answered by itself.'],
  ),
  'set keywords': equivalent(
    'Mail.ReadWrite',
    ['PATCH /messages/{id} {"categories":["…"]}'],
    ['The list is replaced whole: read it first. People see categories.'],
    ['Keywords other than as categories.'],
  ),
  'mark deleted': equivalent('Mail.ReadWrite', ['DELETE /messages/{id}'], [oneByOne], [noDeletedFlag]),
  expunge: equivalent(
    'Mail.ReadWrite',
    ['DELETE /messages/{id}', 'POST /messages/{id}/permanentDelete'],
    ['DELETE leaves it recoverable; permanentDelete does not.'],
    [noDeletedFlag],
  ),
  copy: equivalent('Mail.ReadWrite', ['POST /messages/{id}/copy {"destinationId":"{folder}"}'], [oneByOne]),
  move: equivalent('Mail.ReadWrite', ['POST /messages/{id}/move {"destinationId":"{folder}"}'], [newId, oneByOne]),
  append: equivalent(
    'Mail.ReadWrite',
    ['POST /mailFolders/{folder}/messages, Content-Type: text/plain, the MIME in base64'],
    ['Up to 4 MB.'],
    ['A message that is no draft, with a date and flags of its own: what is created from MIME stays a draft.'],
  ),
  idle: equivalent(
    'Mail.ReadBasic',
    [
      `GET ${INBOX}/delta?$select=subject,isRead`,
      `POST /subscriptions {"resource":"users/{mailbox}${INBOX}","changeType":"created,updated",…}, not below /users`,
    ],
    [
      'Ask for the delta every 30 to 60 seconds, or have changes posted to an HTTPS address that can be reached from outside.',
    ],
    ['Being told within a second on an open connection.'],
  ),
  resynchronise: equivalent(
    'Mail.ReadBasic',
    [`GET ${INBOX}/delta?$select=isRead,flag,categories`],
    ['Keep the deltaLink; what is gone comes as @removed. After 410 begin again.'],
    ['MODSEQ, and UNCHANGEDSINCE for several messages at once: If-Match holds for one.'],
  ),
  quota: equivalent(undefined, [], [], ['The quota of a mailbox: Get-MailboxStatistics tells it.']),
  annotations: equivalent(undefined, [], [], ['Annotations of folders (METADATA).']),
  'access control': equivalent(undefined, [], [], ['Rights on folders (ACL): Exchange’s cmdlets administer them.']),
  'list messages': equivalent(
    'Mail.ReadBasic',
    [`GET ${INBOX}?$select=id,internetMessageId,receivedDateTime&$top=1000`],
    [],
    [numbers],
  ),
  'read the top': equivalent(
    'Mail.Read',
    ['GET /messages/{id}?$select=internetMessageHeaders,bodyPreview'],
    [],
    ['The first so many lines.'],
  ),
  retrieve: equivalent('Mail.Read', ['GET /messages/{id}/$value'], [sameBytes]),
  delete: equivalent(
    'Mail.ReadWrite',
    ['DELETE /messages/{id}'],
    ['It is deleted at once, and left recoverable.'],
    ['Deleting only at QUIT, and RSET before it: delete once your own work on the message is safe.'],
  ),
  submit: equivalent(
    'Mail.Send',
    ['POST /sendMail, Content-Type: text/plain, the MIME in base64'],
    ['Who gets it stands in To, Cc and Bcc of the MIME; a copy is kept in the sent items. Up to 4 MB.'],
    ['An envelope of its own: a recipient who is in no header field, and another return path than the sender.'],
  ),
} as const satisfies Readonly<Record<Operation, Equivalent>>

export const equivalentOf = (operation: Operation): Equivalent => equivalents[operation]
