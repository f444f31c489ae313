import { STATUS_CODES } from 'node:http'
import type { Guid } from '../../../core/ids.ts'
import type { Post } from '../../../net/post.ts'
import { badRequest } from '../errors.ts'

/**
 * Asks the receiver of notifications to repeat a token, which proves that it expects them. Refuses if it does not.
 * Source: <https://learn.microsoft.com/graph/change-notifications-delivery-webhooks#notificationurl-validation>
 */
export async function validateUrl(post: Post, url: string, request: Guid): Promise<void> {
  const token = `Validation: Testing client application reachability for subscription Request-Id: ${request}`
  const query = `validationToken=${encodeURIComponent(token)}`
  const answer = await post(`${url}${url.includes('?') ? '&' : '?'}${query}`, {
    contentType: 'text/plain; charset=utf-8',
    body: '',
  })
  if ('failure' in answer) {
    if (answer.failure === 'timeout') refuseInvalid('Subscription validation request timed out.')
    return refuseInvalid(`Subscription validation request failed. ${REQUIRED}`)
  }
  const { status, contentType, body } = answer
  if (status !== 200) {
    const name = (STATUS_CODES[status] ?? String(status)).replaceAll(/[^A-Za-z0-9]/g, '')
    refuseInvalid(`Subscription validation request failed. HTTP status code is '${name}'. ${REQUIRED}`)
  }
  if (!/^text\/plain(?:;|$)/i.test(contentType.trim()) || body !== token) {
    refuseInvalid(`Subscription validation request failed. ${REQUIRED}`)
  }
}

const REQUIRED = 'Notification endpoint must respond with 200 OK to validation request.'

export const refuseInvalid = (text: string): never => badRequest(text, 'ValidationError')
