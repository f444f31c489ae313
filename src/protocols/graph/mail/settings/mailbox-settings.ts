import type { HttpAnswer } from '../../../../core/http.ts'
import type { MailboxRecord } from '../../../../domain/directory/types.ts'
import type {
  AutomaticReplies,
  DateTimeTimeZone,
  MailboxSettings,
  WorkingHours,
} from '../../../../domain/outlook/types.ts'
import { ok } from '../../answers.ts'
import { type Payload, payloadOf } from '../../payload.ts'
import { FolderTree } from '../folders/folder-tree.ts'
import { contextOf, plainContext, refuseWith } from '../mail-answers.ts'
import { type MailCall, mailRoute } from '../mail-route.ts'
import { timeZoneNamed, timeZones } from './time-zones.ts'
import { languages, languageNamed } from './languages.ts'

const PATH = '/mailboxSettings'
const LONGEST_REPLY = 128 * 1024

/** docs/reference/graph-mail.md §1: purposes of mailboxes. */
const purposes: Partial<Record<MailboxRecord['type'], string>> = {
  SharedMailbox: 'shared',
  RoomMailbox: 'room',
  EquipmentMailbox: 'equipment',
}

/** The settings as Graph shows them. */
async function jsonOf(call: MailCall, settings: MailboxSettings): Promise<Record<string, unknown>> {
  const tree = await FolderTree.of(call.mailbox)
  const archive = tree.wellKnown('archive')
  const { automaticReplies, locale, ...plain } = settings
  return {
    archiveFolder: archive ? call.mailbox.items.folderId(archive.folder.id) : null,
    timeZone: plain.timeZone,
    delegateMeetingMessageDeliveryOptions: plain.delegateMeetingMessageDeliveryOptions,
    dateFormat: plain.dateFormat,
    timeFormat: plain.timeFormat,
    userPurpose: purposes[call.record.type] ?? 'user',
    automaticRepliesSetting: automaticReplies,
    language: languageNamed(locale),
    workingHours: plain.workingHours,
  }
}

const getSettings = mailRoute(`GET ${PATH}`, {
  needs: 'MailboxSettings.Read',
  run: async (call) => answered(call, await call.deps.outlook.settings(call.mailbox.id)),
})

const answered = async (call: MailCall, settings: MailboxSettings): Promise<HttpAnswer> =>
  ok(call.request, { '@odata.context': contextOf(call, PATH), ...(await jsonOf(call, settings)) })

/** One setting alone: an object, or a value in `value`. */
const getSetting = mailRoute(`GET ${PATH}/:setting`, {
  needs: 'MailboxSettings.Read',
  run: async (call) => {
    const all = await jsonOf(call, await call.deps.outlook.settings(call.mailbox.id))
    const written = call.request.params['setting'] ?? ''
    const name = Object.keys(all).find((known) => known.toLowerCase() === written.toLowerCase())
    if (name === undefined) refuseWith('BadRequest', `Resource not found for the segment '${written.slice(0, 64)}'.`)
    const value = all[name]
    const context = { '@odata.context': contextOf(call, `${PATH}/${name}`) }
    return ok(
      call.request,
      typeof value === 'object' && value !== null ? { ...context, ...value } : { ...context, value },
    )
  },
})

const updateSettings = mailRoute(`PATCH ${PATH}`, {
  needs: 'MailboxSettings.ReadWrite',
  run: async (call) => {
    const { outlook } = call.deps
    const before = await outlook.settings(call.mailbox.id)
    const body = payloadOf(call.request, 'MailboxSettings').only([
      'archiveFolder',
      'automaticRepliesSetting',
      'dateFormat',
      'delegateMeetingMessageDeliveryOptions',
      'language',
      'timeFormat',
      'timeZone',
      'userPurpose',
      'workingHours',
    ])
    return answered(call, await outlook.changeSettings(call.mailbox.id, changeFrom(body, before)))
  },
})

function changeFrom(body: Payload, before: MailboxSettings): Partial<MailboxSettings> {
  const timeZone = body.text('timeZone')
  const delegate = body.text('delegateMeetingMessageDeliveryOptions')
  const language = body.object('language')
  const workingHours = body.object('workingHours')
  const replies = body.object('automaticRepliesSetting')
  const texts = ['dateFormat', 'timeFormat'] as const
  return {
    ...(timeZone !== undefined && { timeZone: knownTimeZone(timeZone) }),
    ...Object.fromEntries(texts.flatMap((name) => (body.has(name) ? [[name, shortText(body, name)]] : []))),
    ...(delegate !== undefined && { delegateMeetingMessageDeliveryOptions: delegateOption(delegate) }),
    ...(language && { locale: languageFrom(language) }),
    ...(workingHours && { workingHours: hoursFrom(workingHours, before.workingHours) }),
    ...(replies && { automaticReplies: repliesFrom(replies, before.automaticReplies) }),
  }
}

function shortText(body: Payload, name: string): string {
  const text = body.needText(name)
  return text.length <= 64 ? text : refuseWith('ErrorInvalidRequest', `The property ${name} is too long.`)
}

function knownTimeZone(name: string): string {
  return timeZoneNamed(name) ?? refuseWith('ErrorInvalidRequest', `The time zone '${name.slice(0, 64)}' is not known.`)
}

const delegateOptions = ['sendToDelegateAndInformationToPrincipal', 'sendToDelegateAndPrincipal', 'sendToDelegateOnly']

function delegateOption(text: string): string {
  const found = delegateOptions.find((option) => option.toLowerCase() === text.toLowerCase())
  return found ?? refuseWith('ErrorInvalidRequest', 'The property delegateMeetingMessageDeliveryOptions is not valid.')
}

function languageFrom(body: Payload): string {
  const locale = body.needText('locale')
  const found = languages.find((language) => language.locale.toLowerCase() === locale.toLowerCase())
  return found?.locale ?? refuseWith('ErrorInvalidRequest', `The language '${locale.slice(0, 32)}' is not supported.`)
}

const days = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday']
const TIME_OF_DAY = /^([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,7})?$/

function hoursFrom(body: Payload, before: WorkingHours): WorkingHours {
  const daysOfWeek = body.texts('daysOfWeek')?.map((day) => day.toLowerCase()) ?? before.daysOfWeek
  const startTime = body.text('startTime') ?? before.startTime
  const endTime = body.text('endTime') ?? before.endTime
  const zone = body.object('timeZone')?.needText('name')
  const good = daysOfWeek.every((day) => days.includes(day)) && [startTime, endTime].every((it) => TIME_OF_DAY.test(it))
  if (!good) refuseWith('ErrorInvalidRequest', 'The property workingHours is not valid.')
  return {
    daysOfWeek,
    startTime,
    endTime,
    timeZone: zone === undefined ? before.timeZone : { name: knownTimeZone(zone) },
  }
}

function repliesFrom(body: Payload, before: AutomaticReplies): AutomaticReplies {
  const status = choice(body, 'status', ['disabled', 'alwaysEnabled', 'scheduled'] as const)
  const externalAudience = choice(body, 'externalAudience', ['none', 'contactsOnly', 'all'] as const)
  const changed: AutomaticReplies = {
    status: status ?? before.status,
    externalAudience: externalAudience ?? before.externalAudience,
    scheduledStartDateTime: momentFrom(body, 'scheduledStartDateTime') ?? before.scheduledStartDateTime,
    scheduledEndDateTime: momentFrom(body, 'scheduledEndDateTime') ?? before.scheduledEndDateTime,
    internalReplyMessage: body.text('internalReplyMessage') ?? before.internalReplyMessage,
    externalReplyMessage: body.text('externalReplyMessage') ?? before.externalReplyMessage,
  }
  const longest = Math.max(changed.internalReplyMessage.length, changed.externalReplyMessage.length)
  if (longest > LONGEST_REPLY) refuseWith('ErrorInvalidRequest', 'The automatic reply is too long.')
  return changed
}

function choice<Value extends string>(body: Payload, name: string, values: readonly Value[]): Value | undefined {
  const text = body.text(name)
  if (text === undefined) return undefined
  const found = values.find((value) => value.toLowerCase() === text.toLowerCase())
  return found ?? refuseWith('ErrorInvalidRequest', `The property ${name} must be one of: ${values.join(', ')}.`)
}

function momentFrom(body: Payload, name: string): DateTimeTimeZone | undefined {
  const moment = body.object(name)
  if (!moment) return undefined
  const dateTime = moment.needText('dateTime')
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,7})?$/.test(dateTime) || Number.isNaN(Date.parse(`${dateTime}Z`))) {
    refuseWith('ErrorInvalidRequest', `The property ${name} is not valid.`)
  }
  return { dateTime, timeZone: knownTimeZone(moment.text('timeZone') ?? 'UTC') }
}

const listLanguages = mailRoute('GET /outlook/supportedLanguages', {
  needs: 'MailboxSettings.Read',
  run: async (call) =>
    ok(call.request, {
      '@odata.context': plainContext(call, 'Collection(microsoft.graph.localeInfo)'),
      value: languages,
    }),
})

/** `supportedTimeZones(TimeZoneStandard=microsoft.graph.timeZoneStandard'Iana')`: without it, Windows names. */
const listTimeZones = mailRoute('GET /outlook/:zones', {
  needs: 'MailboxSettings.Read',
  run: async (call) => {
    const segment = call.request.params['zones'] ?? ''
    const named =
      /^supportedTimeZones(?:\((?:TimeZoneStandard=microsoft\.graph\.timeZoneStandard'(windows|iana)')?\))?$/i
    const found = named.exec(segment)
    if (!found) refuseWith('BadRequest', `Resource not found for the segment '${segment.slice(0, 64)}'.`)
    return ok(call.request, {
      '@odata.context': plainContext(call, 'Collection(microsoft.graph.timeZoneInformation)'),
      value: timeZones(found[1]?.toLowerCase() === 'iana' ? 'iana' : 'windows'),
    })
  },
})

export const mailboxSettingsRoutes = [getSettings, getSetting, updateSettings, listLanguages, listTimeZones]
