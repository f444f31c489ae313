import type { MeetingMessageType } from '@microsoft/microsoft-graph-types'
import { parameter } from '../../../../codecs/mime/parameter.ts'
import type { MimePart } from '../../../../codecs/mime/structure.ts'

/** A meeting message: its type in Graph, and its message class in Exchange. */
export interface Meeting {
  readonly type: 'eventMessage' | 'eventMessageRequest' | 'eventMessageResponse'
  /** Undefined if only the calendar tells it, which was not read. */
  readonly messageType: MeetingMessageType | undefined
  readonly messageClass: string
}

/** RFC 5546 §1.4: the methods of iTIP that Exchange shows as meeting messages. Others are plain messages. */
export function meetingOf(part: MimePart | undefined, calendar: string | undefined): Meeting | undefined {
  switch (part && parameter(part.params, 'method')?.toLowerCase()) {
    case 'request':
      return {
        type: 'eventMessageRequest',
        messageType: 'meetingRequest',
        messageClass: 'IPM.Schedule.Meeting.Request',
      }
    case 'cancel':
      return { type: 'eventMessage', messageType: 'meetingCancelled', messageClass: 'IPM.Schedule.Meeting.Canceled' }
    case 'reply':
    case 'counter':
      return response(calendar)
    default:
      return undefined
  }
}

const answers = {
  accepted: ['meetingAccepted', 'Pos'],
  declined: ['meetingDeclined', 'Neg'],
  tentative: ['meetingTenativelyAccepted', 'Tent'],
} as const satisfies Record<string, readonly [MeetingMessageType, string]>

/** RFC 5545 §3.2.12: the status of the attendee who answers. */
function response(calendar: string | undefined): Meeting {
  const unfolded = calendar?.replaceAll(/\r?\n[ \t]/g, '')
  const status = /^ATTENDEE[^\r\n]{0,1000};PARTSTAT=(ACCEPTED|DECLINED|TENTATIVE)\b/im.exec(unfolded ?? '')?.[1]
  const [messageType, ending] = answers[(status?.toLowerCase() ?? 'accepted') as keyof typeof answers]
  return {
    type: 'eventMessageResponse',
    messageType: status === undefined ? undefined : messageType,
    messageClass: `IPM.Schedule.Meeting.Resp.${ending}`,
  }
}
