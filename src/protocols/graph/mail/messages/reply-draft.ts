import type { Recipient } from '@microsoft/microsoft-graph-types'
import { keptPart, type ReadOctets } from '../../../../codecs/mime/compose/draft-content.ts'
import type { NewAddress, NewBody, NewMessageContent } from '../../../../codecs/mime/compose/new-message.ts'
import { escapeHtml } from '../../../../codecs/mime/html/html-document.ts'
import { replyThreadIndex, rootThreadIndex } from '../../../../codecs/mime/thread-index.ts'
import { badRequest } from '../../errors.ts'
import { isAddress } from './address-input.ts'
import { type ComposeOptions, emptyMessage, withInput } from './compose-input.ts'
import type { MessageInput } from './input-types.ts'
import type { MessageContent } from './message-content.ts'
import { quotedHtml, quotedText } from './quoted-original.ts'

export type ReplyKind = 'reply' | 'replyAll' | 'forward'

/** The message that is answered, with its header and its body. */
export interface Original {
  readonly content: MessageContent
  readonly read: ReadOctets
  readonly threadId: string | undefined
  /** Milliseconds since the epoch. */
  readonly received: number
}

/** The parameters of reply, replyAll and forward, and of the forms that create a draft. */
export interface ReplyInput {
  readonly comment: string | undefined
  readonly message: MessageInput
  readonly toRecipients: readonly NewAddress[] | undefined
}

/**
 * The answer to a message: to whom it goes, its place in the conversation, and the original below the comment. A body in
 * the request takes the place of both. Of the attachments, a reply has those that the HTML shows, and a forwarded
 * message has all.
 */
export async function replyDraft(
  kind: ReplyKind,
  original: Original,
  input: ReplyInput,
  own: ReadonlySet<string>,
  options: ComposeOptions,
): Promise<NewMessageContent> {
  // docs/reference/graph-mail.md §2.1
  if (input.comment !== undefined && input.message.body !== undefined) {
    badRequest('The comment and the body of the message cannot both be specified.', 'ErrorInvalidRequest')
  }
  const { content, read } = original
  const { attachments } = content.parts
  const kept = kind === 'forward' ? attachments : attachments.filter(({ isInline }) => isInline)
  const topic = baseSubject(content.subject)
  const draft: NewMessageContent = {
    ...emptyMessage(options),
    ...recipients(kind, original, own),
    subject: `${kind === 'forward' ? 'FW' : 'RE'}: ${topic}`,
    inReplyTo: content.internetMessageId,
    references: references(content),
    threadIndex: replyThreadIndex(indexOf(original), options.now, options.chance(1)[0]!),
    threadTopic: topic === '' ? undefined : topic,
    body: quotingBody(content, input.comment ?? ''),
    attachments: await Promise.all(kept.map((it) => keptPart(it, read))),
  }
  const { toRecipients = input.message.toRecipients } = input
  return withInput(draft, { ...input.message, toRecipients }, options)
}

function recipients(
  kind: ReplyKind,
  { content }: Original,
  own: ReadonlySet<string>,
): Pick<NewMessageContent, 'to' | 'cc'> {
  if (kind === 'forward') return { to: [], cc: [] }
  const isOwn = ({ address }: NewAddress): boolean => own.has(address.toLowerCase())
  const from = addressesOf(content.replyTo.length > 0 ? content.replyTo : content.from ? [content.from] : [])
  const to = addressesOf(content.to)
  // An answer to one's own message goes to those who got it.
  const first = from.some(isOwn) && to.length > 0 ? to : from
  if (kind === 'reply') return { to: first, cc: [] }
  const seen = new Set<string>()
  const fresh = ({ address }: NewAddress): boolean => {
    const isNew = !seen.has(address.toLowerCase())
    seen.add(address.toLowerCase())
    return isNew
  }
  const others = [...first, ...to].filter((it) => fresh(it) && !isOwn(it))
  const all = others.length > 0 ? others : first
  return { to: all, cc: addressesOf(content.cc).filter((it) => fresh(it) && !isOwn(it)) }
}

/** Addresses of received mail that cannot be written are left out. */
const addressesOf = (list: readonly Recipient[]): NewAddress[] =>
  list.flatMap(({ emailAddress }) => {
    const { name, address } = { name: emailAddress?.name ?? '', address: emailAddress?.address ?? '' }
    return isAddress(address) ? [{ name: name === address ? '' : name, address }] : []
  })

const MOST_REFERENCES = 100

/** RFC 5322 §3.6.4; the first and the last ones of a long list. */
function references({ header, internetMessageId }: MessageContent): readonly string[] {
  const value = (name: string) => header?.fields.find((it) => it.name?.toLowerCase() === name)?.value ?? ''
  const listed =
    value('references').match(/<[^<>\s]+>/g) ??
    value('in-reply-to')
      .match(/<[^<>\s]+>/g)
      ?.slice(0, 1) ??
    []
  const all = [...listed, ...(internetMessageId === undefined ? [] : [internetMessageId])]
  return all.length <= MOST_REFERENCES ? all : [all[0]!, ...all.slice(1 - MOST_REFERENCES)]
}

function indexOf({ content, threadId, received }: Original): Buffer {
  const key = threadId ?? content.internetMessageId ?? ''
  return content.header?.threadIndex ?? rootThreadIndex(content.sent ?? received, key)
}

const MOST_PREFIXES = 20

/** Without the prefixes of replies and forwards. */
function baseSubject(subject: string): string {
  let rest = subject.trim()
  for (let prefix = 0; prefix < MOST_PREFIXES; prefix++) {
    rest = rest.replace(/^(?:re|fw|fwd|aw|wg|sv|vs|antw|tr|rv|res|enc)(?:\[\d{1,3}\])? ?: */i, '')
  }
  return rest
}

/** The comment, which may be HTML, above the original. */
function quotingBody(content: MessageContent, comment: string): NewBody {
  const { body } = content
  const isHtml = /<(?:[a-z][a-z0-9]*)(?:\s[^<>]*)?\/?>/i.test(comment)
  if (body?.contentType === 'text' && !isHtml) {
    return { contentType: 'text', content: `${comment}\r\n${quotedText(content)}` }
  }
  const shown = isHtml ? comment : escapeHtml(comment).replaceAll(/\r?\n/g, '<br>\r\n')
  return { contentType: 'html', content: quotedHtml(content, `<div>${shown}</div>`) }
}
