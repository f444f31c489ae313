import { flag, settings } from '../../core/settings.ts'

/** The settings of the Graph API. */
export const graphSettings = settings({
  strict_filters: flag(
    'Whether every $filter whose properties are not those of $orderby is refused with InefficientFilter, as Graph documents it; otherwise only those by texts, addresses and conversations',
  ).or(false),
  notification_private_addresses: flag(
    'Whether change notifications may go to addresses of private networks and of this machine; otherwise to public ones only',
  ).or(false),
})
