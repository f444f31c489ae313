import type { MessageRule } from '../../../../domain/outlook/types.ts'
import { created, noContent, ok } from '../../answers.ts'
import { type Payload, payloadOf } from '../../payload.ts'
import { INBOX, FolderTree } from '../folders/folder-tree.ts'
import { contextOf, refuseWith } from '../mail-answers.ts'
import { type MailCall, mailRoute } from '../mail-route.ts'
import { pageOf } from '../small-list.ts'

const PATH = '/mailFolders/:folder/messageRules'
const SHOWN = "/mailFolders('inbox')/messageRules"
const names = [
  'id',
  'displayName',
  'sequence',
  'isEnabled',
  'hasError',
  'isReadOnly',
  'conditions',
  'exceptions',
  'actions',
] as const

type ValueKind = 'flag' | 'texts' | 'recipients' | 'importance' | 'sensitivity' | 'text' | 'sizes'

/** The conditions of a rule, and the kind of value of each (Graph's messageRulePredicates). */
const predicates: Readonly<Record<string, ValueKind>> = {
  bodyContains: 'texts',
  bodyOrSubjectContains: 'texts',
  categories: 'texts',
  fromAddresses: 'recipients',
  hasAttachments: 'flag',
  headerContains: 'texts',
  importance: 'importance',
  isApprovalRequest: 'flag',
  isAutomaticForward: 'flag',
  isAutomaticReply: 'flag',
  isEncrypted: 'flag',
  isMeetingRequest: 'flag',
  isMeetingResponse: 'flag',
  isNonDeliveryReport: 'flag',
  isPermissionControlled: 'flag',
  isReadReceipt: 'flag',
  isSigned: 'flag',
  isVoicemail: 'flag',
  messageActionFlag: 'text',
  notSentToMe: 'flag',
  recipientContains: 'texts',
  senderContains: 'texts',
  sensitivity: 'sensitivity',
  sentCcMe: 'flag',
  sentOnlyToMe: 'flag',
  sentToAddresses: 'recipients',
  sentToMe: 'flag',
  sentToOrCcMe: 'flag',
  subjectContains: 'texts',
  withinSizeRange: 'sizes',
}

/** The actions of a rule (Graph's messageRuleActions). */
const actions: Readonly<Record<string, ValueKind>> = {
  assignCategories: 'texts',
  copyToFolder: 'text',
  delete: 'flag',
  forwardAsAttachmentTo: 'recipients',
  forwardTo: 'recipients',
  markAsRead: 'flag',
  markImportance: 'importance',
  moveToFolder: 'text',
  permanentDelete: 'flag',
  redirectTo: 'recipients',
  stopProcessingRules: 'flag',
}

const MOST_VALUES = 100
const LONGEST_TEXT = 1000
const LONGEST_NAME = 256

const listRules = mailRoute(`GET ${PATH}`, {
  needs: 'MailboxSettings.Read',
  run: async (call) => pageOf(call, { of: SHOWN, type: 'messageRule', names }, (await rulesOf(call)).map(json)),
})

const getRule = mailRoute(`GET ${PATH}/:rule`, {
  needs: 'MailboxSettings.Read',
  run: async (call) => {
    const rule = (await rulesOf(call)).find(({ id }) => id === call.request.params['rule'])
    if (!rule)
      return refuseWith('ErrorItemNotFound', 'The specified object was not found in the store.', 'no-such-thing')
    return ok(call.request, { '@odata.context': contextOf(call, SHOWN, undefined, '/$entity'), ...json(rule) })
  },
})

const createRule = mailRoute(`POST ${PATH}`, {
  needs: 'MailboxSettings.ReadWrite',
  run: async (call) => {
    await refuseOtherFolders(call)
    const body = payloadOf(call.request, 'MessageRule').only(names)
    const rule = await call.deps.outlook.addRule(call.mailbox.id, {
      displayName: nameFrom(body.needText('displayName')),
      isEnabled: body.flag('isEnabled') ?? true,
      conditions: partFrom(body.object('conditions'), 'conditions', predicates),
      exceptions: partFrom(body.object('exceptions'), 'exceptions', predicates),
      actions: await actionsFrom(call, body.needObject('actions')),
      ...(body.has('sequence') && { sequence: sequenceFrom(body) }),
    })
    return created(call.request, { '@odata.context': contextOf(call, SHOWN, undefined, '/$entity'), ...json(rule) })
  },
})

const updateRule = mailRoute(`PATCH ${PATH}/:rule`, {
  needs: 'MailboxSettings.ReadWrite',
  run: async (call) => {
    await refuseOtherFolders(call)
    const body = payloadOf(call.request, 'MessageRule').only(names)
    const given = body.object('actions')
    const change: Partial<Omit<MessageRule, 'id'>> = {
      ...(body.has('displayName') && { displayName: nameFrom(body.needText('displayName')) }),
      ...(body.has('isEnabled') && { isEnabled: body.needFlag('isEnabled') }),
      ...(body.has('sequence') && { sequence: sequenceFrom(body) }),
      ...(body.has('conditions') && { conditions: partFrom(body.object('conditions'), 'conditions', predicates) }),
      ...(body.has('exceptions') && { exceptions: partFrom(body.object('exceptions'), 'exceptions', predicates) }),
      ...(given && { actions: await actionsFrom(call, given) }),
    }
    const rule = await call.deps.outlook.changeRule(call.mailbox.id, call.request.params['rule'] ?? '', change)
    return ok(call.request, { '@odata.context': contextOf(call, SHOWN, undefined, '/$entity'), ...json(rule) })
  },
})

const deleteRule = mailRoute(`DELETE ${PATH}/:rule`, {
  needs: 'MailboxSettings.ReadWrite',
  run: async (call) => {
    await refuseOtherFolders(call)
    await call.deps.outlook.removeRule(call.mailbox.id, call.request.params['rule'] ?? '')
    return noContent(call.request)
  },
})

async function rulesOf(call: MailCall): Promise<readonly MessageRule[]> {
  await refuseOtherFolders(call)
  return call.deps.outlook.rules(call.mailbox.id)
}

/** Only the inbox has rules. */
async function refuseOtherFolders(call: MailCall): Promise<void> {
  const node = (await FolderTree.of(call.mailbox)).find(call.request.params['folder'] ?? '')
  if (node?.wellKnownName !== INBOX) refuseWith('ErrorInvalidRequest', 'Rules exist only in the inbox.')
}

const json = ({ id, displayName, sequence, isEnabled, conditions, exceptions, actions: does }: MessageRule) => ({
  id,
  displayName,
  sequence,
  isEnabled,
  hasError: false,
  isReadOnly: false,
  conditions: conditions ?? null,
  exceptions: exceptions ?? null,
  actions: does,
})

function nameFrom(text: string): string {
  if (text.trim() === '' || text.length > LONGEST_NAME)
    refuseWith('ErrorInvalidRequest', 'The property displayName is not valid.')
  return text
}

function sequenceFrom(body: Payload): number {
  const value = body.raw('sequence')
  if (Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 0x7fff_ffff) return value as number
  return refuseWith('ErrorInvalidRequest', 'The property sequence is not valid.')
}

async function actionsFrom(call: MailCall, body: Payload): Promise<MessageRule['actions']> {
  const read = partFrom(body, 'actions', actions) ?? {}
  const tree = await FolderTree.of(call.mailbox)
  for (const name of ['moveToFolder', 'copyToFolder'] as const) {
    const to = read[name]
    if (typeof to === 'string') tree.findFolder(to)
  }
  if (Object.keys(read).length === 0) refuseWith('ErrorInvalidRequest', 'A rule needs an action.')
  return read
}

/** Conditions, exceptions or actions, each of the right kind. Null members are left out. */
function partFrom(
  body: Payload | undefined,
  name: string,
  kinds: Readonly<Record<string, ValueKind>>,
): Readonly<Record<string, unknown>> | undefined {
  if (!body) return undefined
  body.only(Object.keys(kinds))
  const read: Record<string, unknown> = {}
  for (const [member, kind] of Object.entries(kinds)) {
    const value = body.raw(member)
    if (value === undefined || (Array.isArray(value) && value.length === 0)) continue
    if (!isOfKind[kind](value)) refuseWith('ErrorInvalidRequest', `The property ${name}/${member} is not valid.`)
    read[member] = value
  }
  return Object.keys(read).length === 0 ? undefined : read
}

const isText = (value: unknown): boolean =>
  typeof value === 'string' && value.length > 0 && value.length <= LONGEST_TEXT

const isOneOf =
  (...values: readonly string[]) =>
  (value: unknown): boolean =>
    typeof value === 'string' && values.includes(value)

const isOfKind: Readonly<Record<ValueKind, (value: unknown) => boolean>> = {
  flag: (value) => typeof value === 'boolean',
  text: isText,
  texts: (value) => Array.isArray(value) && value.length <= MOST_VALUES && value.every(isText),
  importance: isOneOf('low', 'normal', 'high'),
  sensitivity: isOneOf('normal', 'personal', 'private', 'confidential'),
  recipients: (value) =>
    Array.isArray(value) &&
    value.length <= MOST_VALUES &&
    value.every((one: { emailAddress?: { address?: unknown } } | null) => isText(one?.emailAddress?.address)),
  sizes: (value) => {
    const { minimumSize = 0, maximumSize = 0 } = (value ?? {}) as { minimumSize?: unknown; maximumSize?: unknown }
    return Number.isInteger(minimumSize) && Number.isInteger(maximumSize)
  },
}

export const messageRuleRoutes = [listRules, getRule, createRule, updateRule, deleteRule]
